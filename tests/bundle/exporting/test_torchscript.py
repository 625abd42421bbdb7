import json
import zipfile
from pathlib import Path

import pytest
import torch
from monai.data import load_net_with_metadata
from torch import nn

from bundle.exporting.torchscript import write_torchscript
from scripts.errors import SettingError


class _Branching(nn.Module):
    """Cannot be scripted."""

    def forward(self, x):
        return x + len({**{"a": 1}})


class _Changing(nn.Module):
    """Another one as TorchScript."""

    def forward(self, x):
        return x + 1 if torch.jit.is_scripting() else x


def test_the_file_gives_what_the_network_gives(tmp_path):
    network = nn.Conv2d(3, 2, 3, padding=1).eval()
    inputs = [torch.rand(1, 3, 16, 16), torch.rand(2, 3, 16, 32)]
    assert write_torchscript(network, tmp_path / "model.ts", inputs, {"version": "1.0.0"}, {}) < 1e-6
    torch.testing.assert_close(torch.jit.load(tmp_path / "model.ts")(inputs[1]), network(inputs[1]))


def test_the_file_tells_nothing_of_the_computer_that_wrote_it(tmp_path):
    network = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU()).eval()
    write_torchscript(network, tmp_path / "model.ts", [torch.rand(1, 1, 8, 8)], {"version": "1.0.0"}, {"a": 1})
    with zipfile.ZipFile(tmp_path / "model.ts") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert str(Path(torch.__file__).parent).encode() not in content
    loaded, metadata, others = load_net_with_metadata(str(tmp_path / "model.ts"), more_extra_files=["inference.json"])
    assert metadata["version"] == "1.0.0" and json.loads(others["inference.json"]) == {"a": 1}
    torch.jit.freeze(loaded.eval())


def test_a_network_that_cannot_be_converted_is_told(tmp_path):
    with pytest.raises(SettingError, match="without --torchscript"):
        write_torchscript(_Branching(), tmp_path / "model.ts", [torch.rand(1, 1, 4, 4)], {}, {})
    assert not list(tmp_path.iterdir())


def test_a_file_that_gives_something_else_is_removed(tmp_path):
    with pytest.raises(SettingError, match="model.ts differs"):
        write_torchscript(_Changing(), tmp_path / "model.ts", [torch.rand(1, 1, 4, 4)], {}, {})
    assert not list(tmp_path.iterdir())
