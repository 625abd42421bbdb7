"""Which settled boxes are read, which are kept for a resumed run, and which are refused."""

import numpy as np
import pytest

from scripts.boxes.settled_files import (
    epoch_folder,
    forget_after,
    forget_before,
    latest_folder,
    read_settled,
    write_settled,
)
from scripts.constants import INSIDE, SETTLED
from scripts.errors import DataError

BOXES = np.array([[[0, 0]], [[INSIDE, SETTLED]]], dtype=np.uint8)


def settled_in(folder, *epochs):
    for epoch in epochs:
        write_settled(epoch_folder(folder, epoch) / "case.npz", BOXES)
    return folder


def epochs(folder):
    return sorted(int(path.name.split("_")[1]) for path in folder.iterdir())


def test_what_is_written_is_read_back(tmp_path):
    settled_in(tmp_path, 3)
    np.testing.assert_array_equal(read_settled(epoch_folder(tmp_path, 3) / "case.npz", (2, 1, 2)), BOXES)
    assert [path.name for path in epoch_folder(tmp_path, 3).iterdir()] == ["case.npz"]


def test_the_latest_epoch_counts(tmp_path):
    assert latest_folder(tmp_path / "missing") is None and latest_folder(tmp_path) is None
    assert latest_folder(settled_in(tmp_path, 9, 100, 20)) == epoch_folder(tmp_path, 100)


def test_a_resumed_run_forgets_what_lies_ahead_of_it(tmp_path):
    forget_after(settled_in(tmp_path, 3, 6, 9), 6)
    assert epochs(tmp_path) == [3, 6]
    forget_after(tmp_path, 0)
    assert epochs(tmp_path) == []
    forget_after(tmp_path / "missing", 0)


@pytest.mark.parametrize(("epoch", "kept"), [(2, [3, 6, 9]), (5, [3, 6, 9]), (6, [6, 9]), (20, [9])])
def test_what_a_run_resumed_at_an_epoch_reads_is_kept(tmp_path, epoch, kept):
    forget_before(settled_in(tmp_path, 3, 6, 9), epoch)
    assert epochs(tmp_path) == kept


def test_damaged_files_are_named(tmp_path):
    path = tmp_path / "case.npz"
    write_settled(path, BOXES)
    whole = path.read_bytes()
    for broken in (b"", b"not zip", whole[: len(whole) // 2], whole[:60] + b"\xff" * 20 + whole[80:]):
        path.write_bytes(broken)
        with pytest.raises(DataError, match=r"case\.npz is not a readable file of settled boxes .*Delete it"):
            read_settled(path, (2, 1, 2))
    np.savez(path, other=BOXES)
    with pytest.raises(DataError, match=r"case\.npz is not a readable"):
        read_settled(path, (2, 1, 2))
    np.savez(path, boxes=np.array([{}], dtype=object))
    with pytest.raises(DataError, match=r"case\.npz is not a readable"):
        read_settled(path, (1,))


@pytest.mark.parametrize("boxes", [BOXES[:, :, :1], BOXES + 4, BOXES.astype(np.int64)], ids=["shape", "value", "type"])
def test_files_of_something_else_are_named(tmp_path, boxes):
    np.savez(tmp_path / "case.npz", boxes=boxes)
    with pytest.raises(DataError, match=r"case\.npz does not hold .*expected uint8 of the shape \(2, 1, 2\)"):
        read_settled(tmp_path / "case.npz", (2, 1, 2))
