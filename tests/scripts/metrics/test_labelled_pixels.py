"""Only labelled pixels reach a metric."""

import pytest
import torch

from scripts.metrics.labelled_pixels import labelled_pixels

PROBABILITY = torch.tensor([[[0.9, 0.2], [0.4, 0.7]], [[0.1, 0.8], [0.6, 0.3]]])
LABEL = torch.tensor([[[1.0, 0], [1, 0]], [[0, 1], [0, 1]]])


def test_ignored_pixels_are_left_out_of_both():
    ignored = torch.tensor([[[False, True], [False, False]]])
    probability, label = labelled_pixels(PROBABILITY, LABEL, ignored)
    assert probability.shape == label.shape == (2, 3, 1)
    assert probability[1, :, 0].tolist() == pytest.approx([0.1, 0.6, 0.3])
    assert label[1, :, 0].tolist() == [0, 0, 1]


def test_three_dimensions():
    probability, _ = labelled_pixels(PROBABILITY[..., None], LABEL[..., None], torch.zeros(1, 2, 2, 1, dtype=bool))
    assert probability.shape == (2, 4, 1)


@pytest.mark.parametrize("shape", [(1, 2, 3), (2, 2, 2), (2, 2)])
def test_a_mask_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="ignored 1H"):
        labelled_pixels(PROBABILITY, LABEL, torch.zeros(shape, dtype=bool))
