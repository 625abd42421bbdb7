import importlib.util
from pathlib import Path

import pytest
import torch
from monai.networks.nets import BasicUNet
from torch import nn

from bundle.exporting.onnx_model import require_onnx, write_onnx
from scripts.errors import SettingError

needs_onnx = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("onnx", "onnxscript", "onnxruntime")),
    reason="the packages of requirements-export.txt are not installed",
)


@needs_onnx
def test_the_file_takes_any_batch_and_size(tmp_path):
    import onnxruntime

    require_onnx()
    torch.manual_seed(0)
    network = BasicUNet(spatial_dims=2, in_channels=3, out_channels=2, features=[4] * 6, norm="batch").eval()
    inputs = [torch.rand(1, 3, 48, 48), torch.rand(2, 3, 48, 64)]
    assert write_onnx(network, tmp_path / "model.onnx", inputs) < 1e-4
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]
    assert str(Path(torch.__file__).parents[1]).encode() not in (tmp_path / "model.onnx").read_bytes()
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    image = torch.rand(3, 3, 32, 80)
    found = session.run(["pred"], {"image": image.numpy()})[0]
    torch.testing.assert_close(torch.from_numpy(found), network(image).detach())


@needs_onnx
def test_a_network_that_cannot_be_converted_is_told(tmp_path):
    class Deciding(nn.Module):
        def forward(self, x):
            return x + 1 if x.sum() > 0 else x.flip(-1)

    with pytest.raises(SettingError, match="without --onnx"):
        write_onnx(Deciding().eval(), tmp_path / "model.onnx", [torch.rand(2, 1, 4, 4)])
    assert not list(tmp_path.iterdir())


def test_missing_packages_are_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxscript", None)
    with pytest.raises(SettingError, match="onnxscript.*requirements-export.txt"):
        require_onnx()
