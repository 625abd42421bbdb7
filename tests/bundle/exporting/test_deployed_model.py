import json

import pytest
import torch
from monai.networks.nets import BasicUNet
from torch import nn

from bundle.exporting.deployed_model import check_network, load_model, write_model
from scripts.errors import SettingError
from scripts.model_record import read_record, write_record

SETTINGS = {"classes": ["background", "vessel"], "window": None}


def _network(features=4):
    return BasicUNet(spatial_dims=2, in_channels=3, out_channels=2, features=[features] * 6)


@pytest.mark.parametrize("nested", [False, True])
def test_weights_become_a_plain_state_dict(nested, tmp_path):
    source, network = tmp_path / "model.pt", _network()
    torch.save({"model": network.state_dict()} if nested else network.state_dict(), source)
    loaded = load_model(source, _network(), SETTINGS)
    write_record(source, {"val_dice": 0.5, "settings": {"classes": SETTINGS["classes"]}})
    record = write_model(loaded, source, SETTINGS, tmp_path / "out" / "model.pt")
    state = torch.load(tmp_path / "out" / "model.pt", weights_only=True)
    assert all(torch.equal(state[name], value) for name, value in network.state_dict().items())
    assert record == read_record(tmp_path / "out" / "model.pt") == {"val_dice": 0.5, "settings": SETTINGS}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("best.json", {"val_dice": 0.9, "epoch": 3, "settings": {"classes": ["background", "nerve"]}}),
        ("model.json", {"val_dice": 0.9, "author": "A. Surgeon"}),
        ("model.json", [0.9]),
    ],
    ids=["of_another_model", "of_another_kind", "no_object"],
)
def test_what_is_no_record_of_this_model_is_not_taken_over(name, content, tmp_path):
    """Nor judged by: the numbers of something else would stand in the model card."""
    source = tmp_path / "model.pt"
    torch.save(_network().state_dict(), source)
    (tmp_path / name).write_text(json.dumps(content))
    record = write_model(load_model(source, _network(), SETTINGS), source, SETTINGS, tmp_path / "out" / "model.pt")
    assert record == read_record(tmp_path / "out" / "model.pt") == {"settings": SETTINGS}


def test_weights_of_another_network_are_refused(tmp_path):
    torch.save(_network(8).state_dict(), tmp_path / "model.pt")
    with pytest.raises(SettingError, match="another shape.*--config_file for each overlay"):
        load_model(tmp_path / "model.pt", _network(), SETTINGS)


def test_a_model_of_other_settings_is_refused(tmp_path):
    torch.save(_network().state_dict(), tmp_path / "model.pt")
    write_record(tmp_path / "model.pt", {"settings": {"classes": ["background", "nerve"]}})
    with pytest.raises(SettingError, match="nerve"):
        load_model(tmp_path / "model.pt", _network(), SETTINGS)


def test_weights_that_are_not_finite_are_refused(tmp_path):
    network = _network()
    network.final_conv.bias.data[0] = torch.nan
    torch.save(network.state_dict(), tmp_path / "model.pt")
    with pytest.raises(SettingError, match="final_conv.bias"):
        load_model(tmp_path / "model.pt", _network(), SETTINGS)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(SettingError, match="does not exist"):
        load_model(tmp_path / "model.pt", _network(), SETTINGS)


def test_a_network_gives_one_channel_per_class():
    image = torch.rand(1, 3, 32, 32)
    check_network(_network().eval(), [image], ["background", "vessel"])
    with pytest.raises(SettingError, match=r"\(1, 2, 32, 32\).*3 classes"):
        check_network(_network().eval(), [image], ["background", "artery", "vein"])
    with pytest.raises(SettingError, match="fails on an input"):
        check_network(nn.Conv2d(1, 2, 1), [image], ["background", "vessel"])
