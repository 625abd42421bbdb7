"""The configs keep the contracts of MONAI's bundles and of the servers that load them."""

import copy
import json
from pathlib import Path

import pytest
import torch
from metadata_schema import METADATA_SCHEMA
from monai.bundle import ConfigParser, ConfigWorkflow, verify_metadata, verify_net_in_out

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
FLAVOURS = {"fundus": CONFIGS, "volume": CONFIGS / "volume"}
METHODS = sorted(path.stem for path in (CONFIGS / "methods").glob("*.json"))

#: settings without which a model gives wrong answers
_SHARED = ("classes", "spacing", "window")


def read(name, folder=CONFIGS):
    return json.loads((folder / f"{name}.json").read_text())


@pytest.fixture(params=FLAVOURS)
def flavour(request):
    """Name of each flavour in turn."""
    return request.param


@pytest.fixture
def folder(flavour):
    """Folder of a flavour's configs."""
    return FLAVOURS[flavour]


@pytest.fixture
def data(flavour, request):
    """A small data set for a flavour."""
    return request.getfixturevalue({"fundus": "tiny_dataset", "volume": "tiny_volumes"}[flavour])


def _targets(content):
    if isinstance(content, dict):
        yield from [content["_target_"]] if "_target_" in content else []
        content = list(content.values())
    for part in content if isinstance(content, list) else []:
        yield from _targets(part)


def test_no_component_has_the_name_of_its_module():
    # Python 3.12 finds the module instead, where Python 3.11 finds the function
    files = sorted(CONFIGS.glob("**/*.json"))
    found = {name for path in files for name in _targets(json.loads(path.read_text())) if name.startswith("scripts.")}
    assert len(found) > 30
    for name in found:
        module, _, component = name.rpartition(".")
        folder = CONFIGS.parent / module.replace(".", "/")
        assert not (folder / f"{component}.py").exists() and not (folder / component).exists(), name


def test_training_has_all_properties(folder, data, tmp_path):
    workflow = ConfigWorkflow(
        config_file=str(folder / "train.json"),
        meta_file=str(folder / "metadata.json"),
        logging_file=False,
        workflow_type="train",
        bundle_root=str(tmp_path),
        dataset_dir=str(data),
    )
    workflow.initialize()
    assert workflow.check_properties() == []


def test_inference_has_all_properties(folder, data):
    workflow = ConfigWorkflow(
        config_file=str(folder / "inference.json"),
        meta_file=str(folder / "metadata.json"),
        logging_file=False,
        workflow_type="infer",
        dataset_dir=str(data / "images"),
    )
    workflow.initialize()
    assert workflow.check_properties() == []


def test_metadata_are_valid(folder, tmp_path):
    (tmp_path / "schema.json").write_text(json.dumps(METADATA_SCHEMA))
    verify_metadata(meta_file=str(folder / "metadata.json"), filepath=str(tmp_path / "schema.json"))


def test_versions_in_the_metadata_are_the_installed_requirements(folder):
    requirements = dict(
        line.split("==")
        for line in (CONFIGS.parent / "requirements.txt").read_text().splitlines()
        if "==" in line and not line.startswith("#")
    )
    metadata = read("metadata", folder)
    for name, version in metadata["required_packages_version"].items():
        assert requirements[name] == version
    assert metadata["monai_version"] == requirements["monai"]
    assert metadata["pytorch_version"] == requirements["torch"]
    assert metadata["numpy_version"] == requirements["numpy"]


def test_network_takes_and_gives_what_the_metadata_say(folder):
    verify_net_in_out(
        "network_def",
        meta_file=str(folder / "metadata.json"),
        config_file=str(folder / "inference.json"),
        device="cpu",
        n=3,
    )


def test_classes_in_the_metadata_are_those_of_the_training(folder):
    channels = read("metadata", folder)["network_data_format"]["outputs"]["pred"]["channel_def"]
    assert list(channels.values()) == read("train", folder)["classes"]


def test_training_and_inference_agree(folder):
    """A server reads each file alone, so what both need stands in both; they must not drift apart."""
    train, inference = read("train", folder), read("inference", folder)
    assert {key: train[key] for key in _SHARED if key in inference} == {
        key: inference[key] for key in _SHARED if key in inference
    }
    assert train["network_def"] == inference["network_def"]
    assert train["train"]["deterministic_transforms"] == inference["preprocessing"]["transforms"]
    assert train["validate"]["inferer"] == inference["inferer"]


def test_flavours_differ_only_where_two_and_three_dimensions_do():
    fundus, volume = (read("train", folder) for folder in FLAVOURS.values())
    assert set(volume) - set(fundus) == {"spacing", "window", "plane", "mirror"} and set(fundus) <= set(volume)
    differing = {key for key in fundus if fundus[key] != volume[key]}
    assert differing == {
        *("dataset_dir", "ckpt_dir", "output_dir", "classes", "labels", "dense_labels", "matrix_form"),
        *(
            "method",
            "annotation",
            "label_loss",
            "dense_share",
            "generalised_q",
            "partial_dice_weight",
            "tversky_alpha",
            "support_radius",
            "implied_balance",
            "patch_size",
            "patches_per_image",
            "network_def",
            "coupled_def",
            "data_check",
            "train",
            "validate",
        ),
    }
    for block in ("train", "validate"):
        same = {key for key in fundus[block] if fundus[block][key] == volume[block][key]}
        assert {"sampler", "dataloader"} <= same and set(fundus[block]) == set(volume[block])
    for key in ("trainer", "inferer"):
        assert fundus["train"][key] == volume["train"][key]
    for key in ("evaluator", "key_metric", "additional_metrics", "handlers"):
        assert fundus["validate"][key] == volume["validate"][key]
    targets = [[handler["_target_"] for handler in config["train"]["handlers"]] for config in (fundus, volume)]
    assert targets[0] == targets[1]


def test_logs_look_alike():
    texts = [(folder / "logging.conf").read_text() for folder in FLAVOURS.values()]
    assert texts[0] == texts[1]


def test_handlers_are_literal_dicts(folder):
    """MONAI Label goes through the list before MONAI resolves it."""
    handlers = read("train", folder)["train"]["handlers"]
    assert isinstance(handlers, list) and all(isinstance(handler["_target_"], str) for handler in handlers)
    # a server inserts a loader of models/model.pt unless a handler has exactly this target
    assert "CheckpointLoader" not in [handler["_target_"] for handler in handlers]


def test_the_number_of_epochs_stands_where_servers_override_it(folder):
    assert isinstance(read("train", folder)["train"]["trainer"]["max_epochs"], int)


@pytest.mark.parametrize(
    "name",
    ["train", "evaluate", "inference", "multi_gpu_train", "volume/train", "volume/evaluate", "volume/inference"],
)
def test_configs_use_only_what_travels_with_a_bundle(name):
    allowed = ("monai.", "scripts.", "torch.", "ignite.")
    targets = []

    def collect(item):
        if isinstance(item, dict):
            targets.append(item.get("_target_", ""))
            for value in item.values():
                collect(value)
        elif isinstance(item, list):
            for value in item:
                collect(value)
        elif isinstance(item, str):
            # such an expression would fail when the bundle is run from another folder
            assert not item.startswith("$") or "scripts." not in item

    collect(read(name))
    assert all("." not in target or target.startswith(allowed) for target in targets)


@pytest.mark.parametrize("method", METHODS)
def test_overlays_change_only_settings_that_exist(method, folder):
    train = ConfigParser(copy.deepcopy(read("train", folder)))
    for name in read(f"methods/{method}"):
        assert name in train, f"{method}.json sets {name}, which train.json does not have"


def test_settings_of_the_training_are_documented(folder):
    page = (CONFIGS.parent / "docs" / "reference" / "settings.md").read_text()
    assert [name for name in read("train", folder) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("method", METHODS)
def test_every_method_builds_its_network_and_loss(method, folder, data):
    parser = ConfigParser()
    parser.read_config([str(folder / "train.json"), str(CONFIGS / "methods" / f"{method}.json")])
    parser["device"], parser["dataset_dir"] = "cpu", str(data)
    network, loss = parser.get_parsed_content("coupled"), parser.get_parsed_content("loss")
    size, classes = [32] * len(parser["patch_size"]), len(parser["classes"])
    targets = {
        "positive": torch.randint(0, classes, (2, 1, *size), dtype=torch.uint8),
        "negative": torch.zeros(2, classes, *size, dtype=torch.uint8),
        "dense": torch.zeros(2, dtype=torch.bool),
    }
    if loss.teacher_in_use():
        targets["teacher"] = torch.full((2, classes, *size), 1 / classes)
    terms = loss(network.train()(torch.rand(2, parser["network_def#in_channels"], *size)), targets)
    assert torch.isfinite(sum(terms.values())) and terms["positive"] > 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("annotation", "magic"),
        ("matrix_form", "cubic"),
        ("reading", "literal"),
        ("trace_weight", -1),
        ("label_loss", "robust"),
        ("partial_dice_weight", -1),
        ("tversky_alpha", 2),
        ("generalised_q", 0),
    ],
)
def test_unknown_methods_are_refused_by_name(name, value, tiny_dataset):
    parser = ConfigParser()
    parser.read_config(str(CONFIGS / "train.json"))
    parser["device"] = "cpu"
    parser["dataset_dir"] = str(tiny_dataset)
    parser["annotation"] = "global"
    parser[name] = value
    with pytest.raises(RuntimeError) as error:
        parser.get_parsed_content("loss")
        parser.get_parsed_content("coupled")
        parser.get_parsed_content("train#preprocessing")
    cause = error.value
    while cause.__cause__ is not None:
        cause = cause.__cause__
    assert str(value) in str(cause)
