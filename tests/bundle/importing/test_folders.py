"""Which folders of an import may lie in which."""

from pathlib import Path

import pytest

from bundle.importing.folders import check_apart, inside, staging
from scripts.errors import DataError


@pytest.mark.parametrize(
    ("out", "images", "annotations"),
    [
        ("out", "images", "annotations"),
        ("out", "data", "data"),
        ("data/out", "data", "data"),
        ("data", "data/images", "data/annotations"),
        ("data", "data/images", "data/labels_of_anna"),
    ],
)
def test_apart(tmp_path: Path, out: str, images: str, annotations: str) -> None:
    check_apart(tmp_path / out, tmp_path / images, tmp_path / annotations)


@pytest.mark.parametrize(
    ("out", "images", "annotations", "message"),
    [
        ("data", "x/../data", "annotations", "--out is the folder of --images"),
        ("data", "images", "data", "--out is the folder of --annotations"),
        ("data", "images", "data/labels", "data/labels, the folder of --annotations, lies where imports into"),
        ("data", "images", "data/masks/anna", "lies where imports into"),
        ("data", "data/boxes", "annotations", "data/boxes, the folder of --images, lies where"),
    ],
)
def test_what_would_be_read_and_written(tmp_path: Path, out: str, images: str, annotations: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        check_apart(tmp_path / out, tmp_path / images, tmp_path / annotations)


def test_inside(tmp_path: Path) -> None:
    assert inside(tmp_path, tmp_path / "a") == [tmp_path / "a"]
    assert (
        inside(tmp_path / "a", tmp_path) == inside(tmp_path, tmp_path) == inside(tmp_path / "a", tmp_path / "ab") == []
    )


@pytest.mark.parametrize("out", ["", "new", "new/deep"])
def test_files_wait_on_the_disk_of_the_data_set_and_leave_no_trace(tmp_path: Path, out: str) -> None:
    with pytest.raises(KeyboardInterrupt), staging(tmp_path / out, dry=False) as folder:
        assert folder.parent == tmp_path
        assert folder.name.startswith(".")
        (folder / "labels").mkdir()
        raise KeyboardInterrupt
    assert not any(tmp_path.iterdir())


def test_a_dry_run_writes_nothing_beside_the_data_set(tmp_path: Path) -> None:
    with staging(tmp_path / "out", dry=True) as folder:
        assert not any(tmp_path.iterdir())
    assert not folder.exists()
