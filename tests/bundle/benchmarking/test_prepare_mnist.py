import json

import numpy as np
import pytest
from benchmark_data import write_mnist
from PIL import Image

from bundle.benchmarking.prepare_mnist import digit_sheet, prepare_mnist
from scripts.errors import DataError


def test_a_sheet_and_its_mask():
    digits = np.zeros((4, 28, 28), dtype=np.uint8)
    digits[1, 10:14, 10:14] = 255
    picture, mask = digit_sheet(digits)
    assert picture.shape == (112, 112, 3) and mask.shape == (112, 112)
    assert (picture[..., 0] == picture[..., 2]).all()
    assert np.argwhere(mask).min(axis=0).tolist() == [20, 76] and np.argwhere(mask).max(axis=0).tolist() == [27, 83]
    assert set(np.unique(mask)) == {0, 255}
    assert ((picture[..., 0] > 127.5) == (mask == 255)).all()


def test_sheets_and_datalists(tmp_path):
    write_mnist(tmp_path / "data")
    folder = prepare_mnist(tmp_path / "data", tmp_path / "out", "clean", 0.05, 4, sheets=(4, 3))
    content = json.loads((folder / "datalist.json").read_text())
    assert [len(content[section]) for section in ("training", "validation", "test")] == [4, 1, 3]
    assert all(case["subject"].startswith("training") for case in content["training"])
    assert all(case["subject"].startswith("test") for case in content["test"])
    assert content["labels"]["digit"] == 1 and content["dense_labels"] == {"background": 0, "digit": 255}
    sheets = sorted((tmp_path / "out" / "sheets" / "s4" / "masks").iterdir())
    assert len(sheets) == 7
    with Image.open(sheets[0]) as picture:
        assert picture.size == (336, 336)
    # another ratio reuses the sheets
    before = [path.stat().st_mtime_ns for path in sheets]
    prepare_mnist(tmp_path / "data", tmp_path / "out", "clean", 0.01, 4, sheets=(4, 3))
    assert [path.stat().st_mtime_ns for path in sheets] == before


@pytest.mark.parametrize(
    "arrays, told",
    [
        (None, "cannot be read as MNIST"),
        ({"x_train": np.zeros((800, 28, 28), np.uint8)}, "x_test"),
        ({f"x_{part}": np.zeros((100, 28, 28), np.uint8) for part in ("train", "test")}, "at least 720"),
        ({f"x_{part}": np.zeros((800, 28, 28), np.float32) for part in ("train", "test")}, "type float32"),
    ],
)
def test_another_file_is_refused(tmp_path, arrays, told):
    if arrays is not None:
        np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(DataError, match=told) as error:
        prepare_mnist(tmp_path, tmp_path / "out", "clean", 0.3, 0)
    assert "fetch mnist" in str(error.value)


def test_a_truncated_file_is_refused(tmp_path):
    write_mnist(tmp_path)
    whole = (tmp_path / "mnist.npz").read_bytes()
    (tmp_path / "mnist.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="cannot be read as MNIST"):
        prepare_mnist(tmp_path, tmp_path / "out", "clean", 0.3, 0)


def test_nobody_is_advised_to_load_a_file_unsafely(tmp_path):
    (tmp_path / "mnist.npz").write_text("no archive")
    with pytest.raises(DataError, match="it is no archive of arrays") as refused:
        prepare_mnist(tmp_path, tmp_path / "out", "realistic", 0.3, 0)
    assert "pickle" not in str(refused.value)
