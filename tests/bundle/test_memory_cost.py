import pytest
import torch

from bundle.memory_cost import Volume, _peak, explicit_bytes, measure_memory


def test_written_out_matrices():
    assert explicit_bytes(Volume(classes=14, size=96, batch_size=2)) == 2 * 14 * 14 * 96**3 * 4


def test_peak_is_the_most_that_was_held_at_a_time():
    values = torch.rand(1000, 1000)

    def step():
        first = values * 2
        second = first + 1
        del first
        return second * 2

    assert _peak(step, "cpu") == pytest.approx(2 * values.nbytes, rel=1e-3)


def test_few_labels_need_little_memory():
    rows = {"trunk": {"annotation": "trunk", "form": "low_rank"}}
    few, many = (measure_memory(Volume(8, 32, 1, share), rows)[0] for share in (0.05, 0.9))
    assert few.added < 0.5 * many.added
    assert few.share == few.added / explicit_bytes(Volume(8, 32, 1))
