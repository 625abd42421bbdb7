"""The trainer minimises the sum of named terms."""

import pytest
import torch
from monai.data import MetaTensor

from scripts.engines import CoarseLabelTrainer, PrepareCoarseBatch
from scripts.errors import SettingError


def batch(size=2):
    return {
        "image": torch.ones(size, 1, 4, 4),
        "positive": torch.ones(size, 1, 4, 4, dtype=torch.uint8),
        "negative": torch.zeros(size, 2, 4, 4, dtype=torch.uint8),
        "dense": torch.zeros(size, dtype=torch.bool),
        "subject": ["a", "b"],
    }


def train(loss, epochs=1, **kwargs):
    torch.manual_seed(0)
    network = torch.nn.Conv2d(1, 2, 1)
    trainer = CoarseLabelTrainer(
        device="cpu",
        max_epochs=epochs,
        train_data_loader=[batch(), batch()],
        network=network,
        optimizer=torch.optim.SGD(network.parameters(), lr=0.1),
        loss_function=loss,
        **kwargs,
    )
    trainer.run()
    return trainer, network


def two_terms(output, targets):
    return {"a": output.square().mean(), "b": 0.5 * output.mean()}


def test_terms_are_kept_and_their_sum_is_the_loss():
    trainer, _ = train(two_terms)
    output = trainer.state.output
    assert output["losses"].keys() == {"a", "b"}
    assert not output["losses"]["a"].requires_grad
    assert output["loss"].item() == pytest.approx(sum(v.item() for v in output["losses"].values()))


def test_the_step_is_that_of_the_summed_loss():
    _, network = train(two_terms, epochs=3)
    torch.manual_seed(0)
    expected = torch.nn.Conv2d(1, 2, 1)
    optimizer = torch.optim.SGD(expected.parameters(), lr=0.1)
    for _ in range(6):
        optimizer.zero_grad()
        output = expected(torch.ones(2, 1, 4, 4))
        (output.square().mean() + 0.5 * output.mean()).backward()
        optimizer.step()
    assert torch.allclose(network.weight, expected.weight)


def test_the_loss_gets_the_targets_that_the_transforms_wrote():
    seen = {}

    def loss(output, targets):
        seen.update(targets)
        return {"a": output.mean()}

    train(loss)
    assert seen.keys() == {"positive", "negative", "dense"} and seen["positive"].dtype == torch.uint8


def test_prepared_batches_are_plain_tensors():
    data = batch() | {"image": MetaTensor(torch.ones(2, 1, 4, 4))}
    image, targets = PrepareCoarseBatch()(data, device="cpu")
    assert type(image) is torch.Tensor and type(targets["positive"]) is torch.Tensor


def test_a_loss_that_is_not_finite_stops_the_training():
    with pytest.raises(SettingError, match="epoch 1 .*b -?inf.*Lower learning_rate"):
        train(lambda output, targets: {"a": output.mean(), "b": output.mean() / 0})
