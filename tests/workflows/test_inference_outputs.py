"""The configs of inference give what a request asks for, as when a server runs their parts one by one."""

import json

import pytest
import torch
from monai.bundle import ConfigParser
from monai.transforms import SaveImaged
from tests_support import ROOT, run_workflow, write_case, write_volume_case


@pytest.fixture(params=["", "volume"], ids=["fundus", "volume"])
def flavour(request):
    """Folder of each flavour's configs in turn."""
    return request.param


@pytest.fixture
def image(flavour, tmp_path):
    """A picture or a volume, neither of them square."""
    (write_volume_case if flavour else write_case)(tmp_path, "case", seed=1)
    return str(next((tmp_path / "images").iterdir()))


def serve(flavour, image, **request):
    """As MONAI Label does, with a network that has learned nothing; the config's defaults stand beside the image."""
    parser = ConfigParser(json.loads((ROOT / "configs" / flavour / "inference.json").read_text()))
    parser.update({"device": "cpu", "network_def#features": [4] * 6})
    torch.manual_seed(0)
    network = parser.get_parsed_content("network_def").eval()
    with torch.no_grad():
        network.final_conv.weight.mul_(30)  # so that its answers differ from place to place
    data = {**parser.get_parsed_content("displayable_configs"), "image": image, "image_path": image, **request}
    data = parser.get_parsed_content("preprocessing")(data)
    with torch.no_grad():
        data["pred"] = parser.get_parsed_content("inferer")(data["image"][None], network)[0]
    for transform in parser.get_parsed_content("postprocessing").transforms:
        if not isinstance(transform, SaveImaged):
            data = transform(data)
    return data


def test_a_request_without_wish_gives_class_indices_and_a_score(flavour, image):
    data = serve(flavour, image)
    assert data["pred"].dtype == torch.uint8 and data["pred"].max() < (3 if flavour else 2)
    assert 0 < data["result"]["uncertainty_score"] <= 1 and 0 <= data["result"]["foreground_share"] <= 1
    assert torch.equal(data["pred"], serve(flavour, image, output="segmentation")["pred"])


@pytest.mark.parametrize("output", ["probability", "uncertainty"])
def test_maps_have_the_size_of_the_mask(flavour, image, output):
    mask, found = serve(flavour, image)["pred"], serve(flavour, image, output=output)["pred"]
    assert found.shape == mask.shape and len(torch.unique(found)) > 10
    assert found.dtype == (torch.float32 if flavour else torch.uint8)
    assert 0 <= found.min() and found.max() <= (1 if flavour else 255)


def test_the_command_writes_the_uncertainty_when_asked(flavour, image, tmp_path):
    parser = ConfigParser(json.loads((ROOT / "configs" / flavour / "inference.json").read_text()))
    torch.save(parser.get_parsed_content("network_def").state_dict(), tmp_path / "model.pt")
    run_workflow(
        "inferring",
        f"{flavour}/inference" if flavour else "inference",
        bundle_root=tmp_path,
        dataset_dir=image,
        ckpt_path=str(tmp_path / "model.pt"),
        output_dir=str(tmp_path / "out"),
        save_uncertainty=True,
    )
    suffix = ".nii.gz" if flavour else ".png"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"case_seg{suffix}", f"case_uncertainty{suffix}"}
