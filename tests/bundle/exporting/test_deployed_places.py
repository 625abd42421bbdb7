import pytest
from export_support import flavour_config

from bundle.exporting.deployed_places import place_inference, place_training, refuse_paths
from scripts.errors import SettingError


@pytest.fixture(params=["fundus", "volume"])
def base(request):
    """Training of each flavour."""
    return flavour_config(request.param, "train")


@pytest.fixture
def several():
    """The overlay for several GPUs."""
    return flavour_config("fundus", "multi_gpu_train")


def test_places_are_below_the_bundle(base, several):
    run = {**base, "dataset_dir": "/data/mine", "output_dir": "/scratch", "ckpt_dir": "/m", "bundle_root": "/home/me"}
    placed = place_training(run, base, several)
    assert placed["bundle_root"] == "." and placed["dataset_dir"] == "$@bundle_root + '/data'"
    assert (placed["ckpt_dir"], placed["output_dir"]) == ("$@bundle_root + '/models'", "$@bundle_root + '/eval'")
    refuse_paths({"train.json": placed})


def test_no_demo_is_made(base, several):
    placed = place_training(base, base, several)
    for block in ("train", "validate"):
        data = placed[block]["dataset"]["data"]
        assert set(data) == {"_target_", "datalist", "section", "dataset_dir"}
        assert set(base[block]["dataset"]["data"]) - set(data) >= {"demo_dir"}


def test_what_belongs_to_one_start_is_reset(base, several):
    run = {**base, "resume": True, "device": "cuda:3", "tracking_uri": "http://user:secret@host", "check": "off"}
    assert place_training(run, base, several) == place_training(base, base, several)


def test_a_datalist_within_the_data_set_is_kept(base, several):
    dense = "$@dataset_dir + '/datalist_dense.json'"
    assert place_training({**base, "datalist": dense}, base, several)["datalist"] == dense
    assert place_training({**base, "datalist": "/mine.json"}, base, several)["datalist"] == base["datalist"]


def test_a_run_on_several_gpus_gives_a_bundle_for_one(base, several):
    run = {**base, **{key: value for key, value in several.items() if "#" not in key}}
    run["validate"] = {**base["validate"], "sampler": several["validate#sampler"]}
    assert place_training(run, base, several) == place_training(base, base, several)


def test_an_inference_finds_the_model_of_the_bundle():
    placed = place_inference(flavour_config("volume", "inference"))
    assert placed["ckpt_path"] == "$@bundle_root + '/models/model.pt'"


@pytest.mark.parametrize(
    "path", ["/home/me/a.json", "C:\\data", "~/data", "$'/home/me/' + @method", "$open('/home/me/a.json')"]
)
def test_paths_of_this_computer_are_named(path):
    with pytest.raises(SettingError, match="train.json: a#0#b is"):
        refuse_paths({"train.json": {"a": [{"b": path}]}})
