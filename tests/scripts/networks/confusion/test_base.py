"""Laws that hold for every form."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from scripts.errors import SettingError
from scripts.networks.confusion import confusion_form
from scripts.networks.confusion.base import mix

FORMS = [
    ("full", 2, 1),
    ("full", 5, 1),
    ("binary", 2, 1),
    ("omission", 2, 1),
    ("omission", 5, 1),
    ("low_rank", 2, 1),
    ("low_rank", 2, 2),
    ("low_rank", 5, 1),
    ("low_rank", 5, 3),
    ("low_rank", 4, 4),
]
SIZES = [(6, 4), (3, 4, 2), (1, 1), (1, 1, 1)]


def random_case(form, classes, rank, size, dtype=torch.float32):
    """Matrices of one form, and probabilities of size 6 x 4 or 3 x 4 x 2."""
    generator = torch.Generator().manual_seed(0)
    build = confusion_form(form, classes, rank=rank)
    raw = 2 * torch.randn(2, build.channels, *size, generator=generator, dtype=dtype)
    image_size = {2: (6, 4), 3: (3, 4, 2)}[len(size)]
    p = torch.randn(2, classes, *image_size, generator=generator, dtype=dtype).softmax(1)
    return build(raw), p


@pytest.mark.parametrize(("form", "classes", "rank"), FORMS)
@pytest.mark.parametrize("size", SIZES)
def test_columns_sum_to_one_and_noisy_labels_are_distributed(form, classes, rank, size):
    confusion, p = random_case(form, classes, rank, size)
    matrix = confusion.explicit()
    assert matrix.shape == (2, classes, classes, *size)
    assert (matrix >= 0).all()
    torch.testing.assert_close(matrix.sum(1), torch.ones(2, classes, *size))
    q = confusion.apply(p)
    assert q.shape == p.shape
    torch.testing.assert_close(q.sum(1), torch.ones_like(q[:, 0]))


@pytest.mark.parametrize(("form", "classes", "rank"), FORMS)
@pytest.mark.parametrize("size", SIZES)
def test_apply_and_trace_are_those_of_the_explicit_matrix(form, classes, rank, size):
    confusion, p = random_case(form, classes, rank, size)
    matrix = confusion.explicit()
    product = torch.stack([(matrix[:, i] * p).sum(1) for i in range(classes)], dim=1)
    torch.testing.assert_close(confusion.apply(p), product, atol=1e-6, rtol=0)
    trace = torch.stack([matrix[:, i, i] for i in range(classes)]).mean(0).unsqueeze(1)
    torch.testing.assert_close(confusion.trace(), trace, atol=1e-6, rtol=0)


@pytest.mark.parametrize(("form", "classes", "rank"), FORMS)
@pytest.mark.parametrize("diagonal", [0.9, 0.8])
def test_raw_zero_starts_at_the_diagonal(form, classes, rank, diagonal):
    build = confusion_form(form, classes, diagonal, rank)
    matrix = build(torch.zeros(1, build.channels, 2, 2)).explicit()[0, :, :, 0, 0]
    if form == "omission":  # whose other elements are partly zero
        torch.testing.assert_close(matrix.diagonal(), torch.full((classes,), diagonal))
        return
    expected = torch.full((classes, classes), (1 - diagonal) / (classes - 1))
    expected.fill_diagonal_(diagonal)
    torch.testing.assert_close(matrix, expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize(("form", "classes", "rank"), FORMS)
def test_gradients_of_apply_and_trace(form, classes, rank):
    build = confusion_form(form, classes, rank=rank)
    raw = torch.randn(1, build.channels, 1, 2, dtype=torch.float64, requires_grad=True)
    p = torch.rand(1, classes, 1, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda r, x: build(r).apply(x), (raw, p))
    assert torch.autograd.gradcheck(lambda r: build(r).trace(), (raw,))


@pytest.mark.parametrize(("form", "classes", "rank"), FORMS)
def test_a_volume_of_one_slice_is_the_slice(form, classes, rank):
    flat, p = random_case(form, classes, rank, (6, 4))
    build = confusion_form(form, classes, rank=rank)
    raw = torch.randn(2, build.channels, 6, 4)
    flat, deep = build(raw), build(raw.unsqueeze(-1))
    torch.testing.assert_close(deep.apply(p.unsqueeze(-1)).squeeze(-1), flat.apply(p))
    torch.testing.assert_close(deep.trace().squeeze(-1), flat.trace())


@pytest.mark.parametrize(("form", "classes", "rank"), FORMS)
def test_float32_under_autocast_and_for_bfloat16_raw(form, classes, rank):
    build = confusion_form(form, classes, rank=rank)
    raw = torch.randn(1, build.channels, 4, 4)
    p = torch.rand(1, classes, 4, 4).softmax(1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = build(raw)
        assert build(raw.bfloat16()).apply(p.bfloat16()).dtype == torch.float32
        q = inside.apply(p)
    torch.testing.assert_close(q, build(raw).apply(p))


@pytest.mark.parametrize(("form", "classes", "rank"), FORMS)
def test_every_tensor_is_a_dataclass_field(form, classes, rank):
    # DistributedDataParallel looks for tensors in the fields of dataclasses
    confusion, _ = random_case(form, classes, rank, (6, 4))
    assert dataclasses.is_dataclass(confusion)
    assert set(vars(confusion)) == {field.name for field in dataclasses.fields(confusion)}


def test_mix_broadcasts_matrices_of_size_one():
    matrix, vector = torch.rand(2, 3, 4, 1, 1), torch.rand(2, 4, 5, 6)
    torch.testing.assert_close(mix(matrix, vector), mix(matrix.expand(2, 3, 4, 5, 6), vector))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("triangular", 2), "full, binary, omission or low_rank, got 'triangular'"),
        (("full", 1), "at least 2 classes"),
        (("full", 3, 0.3), "between 0.333 and 1"),
        (("full", 3, 1.0), "between 0.333 and 1"),
        (("binary", 3), "exactly 2 classes, background included, got 3"),
        (("binary", 2, 0.5), "between 0.5 and 1"),
        (("omission", 3, 0.5), "between 0.5 and 1"),
        (("low_rank", 4, 0.6), "between 0.625 and 1"),
        (("low_rank", 4, 0.9, 0), "between 1 and the number of classes, 4, got 0"),
        (("low_rank", 4, 0.9, 5), "between 1 and the number of classes, 4, got 5"),
    ],
)
def test_values_out_of_range(arguments, message):
    with pytest.raises(SettingError, match=message):
        confusion_form(*arguments)


def test_wrong_number_of_raw_channels():
    with pytest.raises(ValueError, match="n = 9, got the shape"):
        confusion_form("full", 3)(torch.zeros(1, 8, 2, 2))
