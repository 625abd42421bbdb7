"""A server answers what the command line of the same bundle writes."""

import itk
import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from server_studies import read_map, write_map
from server_support import run_inference


@pytest.fixture(scope="module")
def masks(exported_fundus, studies, tmp_path_factory):
    """What the command line makes of the photographs."""
    return run_inference(exported_fundus, studies, tmp_path_factory.mktemp("masks"))


@pytest.fixture(scope="module")
def volume_masks(exported_volume, volume_studies, tmp_path_factory):
    """What the command line makes of the volumes."""
    return run_inference(exported_volume, volume_studies, tmp_path_factory.mktemp("volume_masks"))


@pytest.mark.parametrize("image", ["photo0", "photo6", "jpeg", "upright"])
def test_a_picture_gives_the_mask_of_the_command_line(server, masks, image, tmp_path):
    reply = server.infer("fundus", image)
    assert reply.name.endswith(".png")
    found, expected = Image.open(reply.save(tmp_path)), Image.open(masks / f"{image}_seg.png")
    assert (found.mode, found.size) == (expected.mode, expected.size) == ("L", found.size)
    assert np.array_equal(found, expected) and set(np.unique(found)) == {0, 1}


@pytest.mark.parametrize("output", ["probability", "uncertainty"])
def test_a_picture_gives_the_maps_of_the_command_line(server, masks, output, tmp_path):
    found = Image.open(server.infer("fundus", "jpeg", output_of=output).save(tmp_path))
    assert found.mode == "L" and np.array_equal(found, Image.open(masks / f"jpeg_{output}.png"))


@pytest.mark.parametrize("image", ["volume0", "oblique"])
def test_a_volume_gives_the_mask_of_the_command_line(volume_server, volume_masks, volume_studies, image, tmp_path):
    reply = volume_server.infer("volume", image)
    assert reply.name.endswith(".nii.gz")
    found, expected = nib.load(reply.save(tmp_path)), nib.load(volume_masks / f"{image}_seg.nii.gz")
    source = nib.load(volume_studies / f"{image}.nii.gz")
    assert found.shape == source.shape and np.allclose(found.affine, source.affine, atol=1e-4)
    assert found.get_data_dtype() == expected.get_data_dtype() == np.uint8
    assert np.array_equal(found.dataobj, expected.dataobj) and set(np.unique(found.dataobj)) == {0, 1, 2}


@pytest.mark.parametrize("output", ["probability", "uncertainty"])
def test_a_volume_gives_the_maps_of_the_command_line(volume_server, volume_masks, output, tmp_path):
    found = nib.load(volume_server.infer("volume", "oblique", output_of=output).save(tmp_path))
    expected = nib.load(volume_masks / f"oblique_{output}.nii.gz")
    assert found.get_data_dtype() == expected.get_data_dtype() == np.float32
    assert np.allclose(found.affine, expected.affine, atol=1e-4)
    assert np.allclose(found.dataobj, expected.dataobj, atol=1e-5)


def test_nrrd_gives_nrrd_on_the_grid_of_the_image(volume_server, volume_masks, volume_studies, tmp_path):
    reply = volume_server.infer("volume", "scan")
    assert reply.name.endswith(".nrrd")
    found, source = itk.imread(reply.save(tmp_path)), itk.imread(volume_studies / "scan.nrrd")
    expected = itk.imread(volume_masks / "scan_seg.nrrd")
    for geometry in ("GetOrigin", "GetSpacing"):
        assert np.allclose(getattr(found, geometry)(), getattr(source, geometry)(), atol=1e-4)
    assert np.allclose(found.GetDirection(), source.GetDirection(), atol=1e-4)
    assert itk.array_from_image(found).dtype == np.uint8
    assert np.array_equal(itk.array_from_image(found), itk.array_from_image(expected))


def test_the_same_volume_as_nifti_and_nrrd_gives_one_mask(volume_server, tmp_path):
    nifti = nib.load(volume_server.infer("volume", "oblique").save(tmp_path))
    scan = itk.array_from_image(itk.imread(volume_server.infer("volume", "scan").save(tmp_path)))
    assert np.array_equal(nifti.dataobj, scan.T)


def test_a_file_that_is_sent_along_is_segmented_too(server, masks, studies, tmp_path):
    found = server.infer("fundus", file=studies / "photo0.png").save(tmp_path)
    assert np.array_equal(Image.open(found), Image.open(masks / "photo0_seg.png"))


def test_json_tells_the_classes_and_how_uncertain_the_model_is(server, volume_server):
    result = server.infer("fundus", "photo0", output="json").json()
    assert result["label_names"] == {"vessel": 1}
    assert 0 < result["uncertainty_score"] < 1 and 0 < result["foreground_share"] < 1
    assert volume_server.infer("volume", "scan", output="json").json()["label_names"] == {"anterior": 1, "posterior": 2}


def test_viewers_get_both_in_one_answer(server, masks, tmp_path):
    parts = server.infer("fundus", "photo0", output=None).parts()
    assert set(parts) == {"params", "image"} and parts["params"].json()["label_names"] == {"vessel": 1}
    assert np.array_equal(Image.open(parts["image"].save(tmp_path)), Image.open(masks / "photo0_seg.png"))


def test_the_same_question_gets_the_same_answer(server):
    assert server.infer("fundus", "photo0").body == server.infer("fundus", "photo0").body


def test_a_sheared_grid_is_kept(volume_server, volumes, tmp_path):
    """As of a scanner with a tilted gantry."""
    sheared = np.array([[1, 0, 0, 0], [0, 1, 0.3, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    source = write_map(tmp_path / "sheared.nii.gz", read_map(volumes[0].image), sheared, np.float32)
    found = nib.load(volume_server.infer("volume", file=source).save(tmp_path / "found"))
    assert np.allclose(found.affine, sheared, atol=1e-4)
