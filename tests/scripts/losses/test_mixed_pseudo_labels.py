from __future__ import annotations

import pytest
import torch
from loss_support import random_output, random_targets
from torch.nn.functional import one_hot

from scripts.errors import SettingError
from scripts.losses import CoarseLabelLoss, mixed_pseudo_label_loss

SIZES = [(8, 6), (4, 6, 3)]


def two_logits(size=(8, 6), dtype=torch.float32):
    generator = torch.Generator().manual_seed(2)
    return [(2 * torch.randn(3, 3, *size, generator=generator, dtype=dtype)).requires_grad_() for _ in range(2)]


def dice_loss(probability, labels):
    """Mean over the classes of 1 - 2 sum(p t) / (sum(p^2) + sum(t))."""
    values = []
    for k in range(probability.shape[1]):
        p, t = probability[:, k], (labels == k).to(probability.dtype)
        values.append(1 - (2 * (p * t).sum() + 1e-5) / ((p * p).sum() + t.sum() + 1e-5))
    return torch.stack(values).mean()


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("size", SIZES)
def test_value_and_gradient_are_those_of_the_formula(size, share):
    main, auxiliary = two_logits(size, torch.float64)
    value = mixed_pseudo_label_loss(main, auxiliary, share)
    found = torch.autograd.grad(value, (main, auxiliary))
    p, r = main.softmax(1), auxiliary.softmax(1)
    labels = (share * p + (1 - share) * r).detach().argmax(1)
    expected = 0.5 * (dice_loss(p, labels) + dice_loss(r, labels))
    torch.testing.assert_close(value, expected)
    for gradient, known in zip(found, torch.autograd.grad(expected, (main, auxiliary))):
        torch.testing.assert_close(gradient, known)


def test_the_share_is_random_and_follows_the_seed():
    main, auxiliary = two_logits()
    values = []
    for seed in (0, 0, 1, 2, 3):
        torch.manual_seed(seed)
        values.append(mixed_pseudo_label_loss(main, auxiliary).item())
    assert values[0] == values[1] and len(set(values)) == 4
    torch.manual_seed(0)
    share = torch.rand(()).item()
    assert values[0] == mixed_pseudo_label_loss(main, auxiliary, share).item()


def test_decoders_that_agree_and_are_sure_cost_nothing():
    labels = torch.randint(0, 3, (2, 6, 5), generator=torch.Generator().manual_seed(0))
    logits = 40 * one_hot(labels, 3).movedim(-1, 1).float()
    assert mixed_pseudo_label_loss(logits, logits).item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_loss_of_both_decoders(size):
    main, auxiliary = two_logits(size)
    targets = random_targets(size=size, dense=[1])
    options = {"partial_dice_weight": 0.4}
    torch.manual_seed(0)
    terms = CoarseLabelLoss(pseudo_label_weight=0.5, **options)({"logits": main, "auxiliary": auxiliary}, targets)
    torch.manual_seed(0)
    torch.testing.assert_close(terms.pop("pseudo"), 0.5 * mixed_pseudo_label_loss(main, auxiliary))
    alone = [CoarseLabelLoss(**options)(logits, targets) for logits in (main, auxiliary)]
    assert set(terms) == set(alone[0]) and terms["dense"] > 0 and terms["dice"] > 0
    for name, term in terms.items():
        torch.testing.assert_close(term, 0.5 * (alone[0][name] + alone[1][name]))


def test_weight_zero_teaches_both_decoders_by_labels_alone():
    main, auxiliary = two_logits()
    terms = CoarseLabelLoss()({"logits": main, "auxiliary": auxiliary}, random_targets())
    assert "pseudo" not in terms
    sum(terms.values()).backward()
    assert main.grad.any() and auxiliary.grad.any()


@pytest.mark.parametrize("plain", [True, False])
def test_a_network_with_one_decoder_is_refused(plain):
    output = random_output()
    with pytest.raises(SettingError, match="pseudo_label_weight needs a network with an auxiliary decoder"):
        CoarseLabelLoss(pseudo_label_weight=0.5)(output["logits"] if plain else output, random_targets())


def test_autocast_gives_float32():
    main, auxiliary = (logits.detach().bfloat16() for logits in two_logits())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = mixed_pseudo_label_loss(main, auxiliary, 0.5)
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, mixed_pseudo_label_loss(main, auxiliary, 0.5))
