import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bundle.command_group import CommandGroup


def _grabcut(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["grabcut", *map(str, arguments)])


@pytest.fixture
def datalist(tmp_path):
    """One boxed picture with a bright square that fills its box; the path of the datalist."""
    rng = np.random.default_rng(0)
    mask = np.zeros((40, 40), dtype=np.uint8)
    mask[12:24, 10:26] = 1
    image = (40 + 120 * mask[..., None] + rng.normal(0, 5, (40, 40, 3))).clip(0, 255).astype(np.uint8)
    Image.fromarray(image).save(tmp_path / "image.png")
    Image.fromarray(mask).save(tmp_path / "mask.png")
    boxes = [{"class": "square", "box": [10, 12, 26, 24]}]
    content = {
        "dense_labels": {"background": 0, "square": 1},
        "training": [{"image": "image.png", "boxes": boxes, "reference": "mask.png"}],
    }
    (tmp_path / "datalist.json").write_text(json.dumps(content))
    return tmp_path / "datalist.json"


def test_makes_masks_and_says_how_good_they_are(datalist, tmp_path):
    pytest.importorskip("cv2", reason="GrabCut needs OpenCV (requirements-baselines.txt)")
    result = _grabcut(datalist, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "1 cases with 1 boxes, of which 0 were taken whole" in result.output
    assert "mean IoU of square over 1 cases: 1.000 (the boxes alone: 1.000)" in result.output
    assert (tmp_path / "out" / "grabcut" / "image.png").is_file()


def test_says_how_to_install_opencv_where_it_is_missing(datalist, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    result = _grabcut(datalist, "--out", tmp_path / "out")
    assert result.exit_code != 0 and "pip install -r requirements-baselines.txt" in result.output
    assert not (tmp_path / "out").exists()


def test_volumes_are_refused(datalist, tmp_path):
    pytest.importorskip("cv2", reason="GrabCut needs OpenCV (requirements-baselines.txt)")
    content = json.loads(datalist.read_text())
    content["training"][0] |= {"boxes": [{"class": "square", "box": [1, 1, 1, 5, 5, 5]}]}
    datalist.write_text(json.dumps(content))
    result = _grabcut(datalist, "--out", tmp_path / "out")
    assert result.exit_code == 2 and "GrabCut is for pictures alone" in " ".join(result.output.split())
