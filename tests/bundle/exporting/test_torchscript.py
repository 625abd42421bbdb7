import pytest
import torch
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


def test_a_network_that_cannot_be_converted_is_told(tmp_path):
    with pytest.raises(SettingError, match="without --torchscript"):
        write_torchscript(_Branching(), tmp_path / "model.ts", [torch.rand(1, 1, 4, 4)], {}, {})
    assert not list(tmp_path.iterdir())


def test_a_file_that_gives_something_else_is_removed(tmp_path):
    with pytest.raises(SettingError, match="model.ts differs"):
        write_torchscript(_Changing(), tmp_path / "model.ts", [torch.rand(1, 1, 4, 4)], {}, {})
    assert not list(tmp_path.iterdir())
