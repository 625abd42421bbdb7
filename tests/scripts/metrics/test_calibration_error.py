"""Expected calibration error, against counts and against MONAI's."""

import pytest
import torch
from ignite.engine import Engine
from monai.metrics import CalibrationErrorMetric as MonaiCalibrationError

from scripts.metrics import CalibrationError, CalibrationErrorMetric


def two_classes(foreground, labels):
    """Probabilities and one-hot reference, both `1C1M`."""
    p, y = torch.tensor(foreground), torch.tensor(labels).float()
    return torch.stack([1 - p, p])[None, :, None], torch.stack([1 - y, y])[None, :, None]


def test_counted_by_hand():
    metric = CalibrationErrorMetric()
    # one bin of 4 pixels at 0.7, half of them true; one of 1 pixel at 0.1, not true
    metric(*two_classes([0.7, 0.7, 0.7, 0.7, 0.1], [1, 1, 0, 0, 0]))
    assert metric.get_buffer().shape == (1, 1)
    assert metric.aggregate().item() == pytest.approx((4 * 0.2 + 1 * 0.1) / 5)


def test_perfect_and_worst():
    for labels, expected in (([1, 0], 0), ([0, 1], 1)):
        metric = CalibrationErrorMetric()
        metric(*two_classes([1.0, 0.0], labels))
        assert metric.aggregate().item() == expected


def test_with_two_classes_it_is_of_the_foreground_and_not_of_the_confidence():
    metric = CalibrationErrorMetric()
    metric(*two_classes([0.2, 0.8], [0, 1]))
    assert metric.aggregate().item() == pytest.approx(0.2)
    metric = CalibrationErrorMetric()
    # the confidence of 0.8 is right in 1 of 2, the foreground's probability is wrong in both bins
    metric(*two_classes([0.2, 0.8], [0, 0]))
    assert metric.aggregate().item() == pytest.approx((0.2 + 0.8) / 2)


def test_it_agrees_with_monai_on_one_small_picture():
    generator = torch.Generator().manual_seed(0)
    p = torch.rand(1, 1, 40, 30, generator=generator)
    y = (torch.rand(1, 1, 40, 30, generator=generator) < p**2).float()
    ours, theirs = CalibrationErrorMetric(), MonaiCalibrationError(num_bins=15, include_background=False)
    for metric in (ours, theirs):
        metric(torch.cat([1 - p, p], 1), torch.cat([1 - y, y], 1))
    assert ours.aggregate().item() == pytest.approx(theirs.aggregate().item(), abs=1e-5)
    assert ours.aggregate().item() == pytest.approx(1 / 2 - 1 / 3, abs=0.05)


def test_pooled_cases_may_be_right_on_the_whole():
    cases = [([0.5] * 4, [1, 1, 1, 1]), ([0.5] * 4, [0, 0, 0, 0])]
    by_case, pooled = CalibrationErrorMetric(), CalibrationErrorMetric(pooled=True)
    for case in cases:
        by_case(*two_classes(*case))
        pooled(*two_classes(*case))
    assert by_case.aggregate().item() == pytest.approx(0.5)
    assert pooled.aggregate().item() == pytest.approx(0)


def test_pooled_cases_weigh_by_their_pixels():
    pooled = CalibrationErrorMetric(pooled=True)
    pooled(*two_classes([0.9] * 3, [1, 1, 1]))
    pooled(*two_classes([0.1], [1]))
    assert pooled.aggregate().item() == pytest.approx((3 * 0.1 + 0.9) / 4)


def test_with_more_classes_the_most_probable_one_counts():
    p = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.7, 0.2], [0.2, 0.1, 0.7], [0.7, 0.1, 0.2]]).T[None, ..., None]
    y = torch.nn.functional.one_hot(torch.tensor([0, 1, 0, 0]), 3).T[None, ..., None]
    metric = CalibrationErrorMetric()
    metric(p, y)
    assert metric.aggregate().item() == pytest.approx(abs(0.7 - 3 / 4))


def test_a_case_without_labelled_pixels_is_left_out_of_the_mean():
    metric = CalibrationErrorMetric()
    metric(torch.zeros(1, 2, 0, 1), torch.zeros(1, 2, 0, 1))
    metric(*two_classes([0.7], [1]))
    assert torch.isnan(metric.get_buffer()[0]).all()
    assert metric.aggregate().item() == pytest.approx(0.3)


def test_one_bin_compares_the_means():
    metric = CalibrationErrorMetric(num_bins=1)
    metric(*two_classes([0.2, 0.8], [0, 0]))
    assert metric.aggregate().item() == pytest.approx(0.5)


@pytest.mark.parametrize("shapes", [((1, 2, 3), (1, 2, 4)), ((1, 1, 3), (1, 1, 3)), ((2, 3), (2, 3))])
def test_other_shapes_are_refused(shapes):
    with pytest.raises(ValueError, match="at least 2 classes"):
        CalibrationErrorMetric()(*(torch.zeros(shape) for shape in shapes))


def test_no_bins_are_refused():
    with pytest.raises(ValueError, match="num_bins"):
        CalibrationErrorMetric(num_bins=0)


def test_as_a_handler_ignored_pixels_do_not_count():
    p, y = two_classes([0.7, 0.7, 0.0], [1, 0, 1])
    ignored = torch.tensor([[[False, False, True]]])
    engine = Engine(lambda engine, batch: batch)
    engine.state.metric_details = {}
    CalibrationError().attach(engine, "val_ece")
    CalibrationError(pooled=True).attach(engine, "val_pooled_ece")
    engine.run([([p[0]], [y[0]], [ignored])] * 2)
    assert engine.state.metrics["val_ece"] == pytest.approx(0.2)
    assert engine.state.metrics["val_pooled_ece"] == pytest.approx(0.2)
    assert engine.state.metric_details["val_ece"].tolist() == [[pytest.approx(0.2)]] * 2
    assert "val_pooled_ece" not in engine.state.metric_details


def test_a_handler_without_the_ignored_pixels_says_so():
    p, y = two_classes([0.7], [1])
    engine = Engine(lambda engine, batch: batch)
    CalibrationError().attach(engine, "val_ece")
    with pytest.raises(ValueError, match="got 2 part"):
        engine.run([([p[0]], [y[0]])])
