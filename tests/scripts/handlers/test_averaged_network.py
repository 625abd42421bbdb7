"""The average follows from the weights and the iteration alone."""

import pytest
import torch
from ignite.engine import Engine, Events
from torch import nn

from scripts.checkpoints import LAST
from scripts.errors import SettingError
from scripts.handlers import AveragedNetwork, CheckedCheckpointLoader, LastCheckpoint, UpdateAverage


def train(network, average, epochs, *handlers, before=None):
    """Every iteration adds 1 to the weights and sees a batch of other statistics."""

    def step(engine, batch):
        with torch.no_grad():
            for weight in network.parameters():
                weight += 1
        network(torch.full((2, 1, 2), float(engine.state.iteration)))

    trainer = Engine(step)
    for handler in (*handlers, average):
        handler.attach(trainer)
    trainer.run([0] * 5, max_epochs=epochs)
    return trainer


def weight(module):
    return float(next(module.parameters()).detach().flatten()[0])


def make():
    network = nn.Sequential(nn.Conv1d(1, 1, 1), nn.BatchNorm1d(1))
    nn.init.zeros_(network[0].weight)
    return network


def test_at_first_it_is_the_mean_of_all_weights_so_far():
    network = make()
    average = AveragedNetwork(network, momentum=0.01)
    train(network, average, epochs=2)
    assert weight(network) == 10
    assert weight(average.ema_model) == pytest.approx(sum(range(11)) / 11)


def test_later_the_momentum_is_constant():
    network = make()
    average = AveragedNetwork(network, momentum=0.5)
    train(network, average, epochs=2)
    # of a ramp, such an average lags by (1 - momentum) / momentum = 1 iteration
    assert weight(average.ema_model) == pytest.approx(9 + 0.5**10)


def test_it_is_attached_by_a_handler_of_its_own():
    network = make()
    average = AveragedNetwork(network)
    train(network, UpdateAverage(average), epochs=1)
    assert weight(average.ema_model) == pytest.approx(sum(range(6)) / 6)


def test_buffers_are_averaged_and_are_none_of_the_networks():
    network = make()
    average = AveragedNetwork(network, momentum=0.5)
    seen = [network[1].running_mean.clone()]

    class Watch:
        def attach(self, engine):
            engine.add_event_handler(Events.ITERATION_COMPLETED, lambda: seen.append(network[1].running_mean.clone()))

    train(network, average, 1, Watch())
    expected = seen[0]
    for mean in seen[1:]:
        expected = (expected + mean) / 2
    statistics = average.ema_model[1]
    torch.testing.assert_close(statistics.running_mean, expected)
    assert statistics.running_mean.data_ptr() != network[1].running_mean.data_ptr()
    assert int(statistics.num_batches_tracked) == 5
    assert not statistics.training and network[1].training


def test_it_starts_from_weights_that_are_loaded_after_it_was_made():
    network = make()
    average = AveragedNetwork(network)

    class Load:
        def attach(self, engine):
            engine.add_event_handler(Events.STARTED, lambda: nn.init.constant_(network[0].weight, 100))

    train(network, average, 1, Load())
    assert weight(average.ema_model) == pytest.approx(100 + 15 / 6)


def test_a_resumed_run_has_the_average_of_the_unbroken_one(tmp_path):
    unbroken = make()
    expected = AveragedNetwork(unbroken, momentum=0.15)
    train(unbroken, expected, 3)

    first = make()
    average = AveragedNetwork(first, momentum=0.15)
    save = LastCheckpoint(tmp_path, {"model": first, "averaged": average})
    trainer = train(first, average, 2)
    trainer.state.max_epochs = 3
    save(trainer)

    second = make()
    resumed = AveragedNetwork(second, momentum=0.15)
    load = CheckedCheckpointLoader(str(tmp_path / LAST), {"model": second, "averaged": resumed}, with_engine=True)
    train(second, resumed, 3, load)
    # with the same numbers of iterations, not with a warm-up of its own
    assert weight(second) == weight(unbroken) == 15
    assert weight(resumed.ema_model) == pytest.approx(weight(expected.ema_model))
    torch.testing.assert_close(resumed.ema_model[1].running_var, expected.ema_model[1].running_var)


def test_of_a_distributed_network_the_module_is_averaged(tmp_path):
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path / 'store'}", rank=0, world_size=1)
    try:
        network = make()
        average = AveragedNetwork(nn.parallel.DistributedDataParallel(network))
        train(network, average, 1)
        assert average.model is network and isinstance(average.ema_model, nn.Sequential)
        assert weight(average.ema_model) == pytest.approx(sum(range(6)) / 6)
    finally:
        torch.distributed.destroy_process_group()


@pytest.mark.parametrize("momentum", [0, 1, -0.1])
def test_wrong_momentum(momentum):
    with pytest.raises(SettingError, match="momentum of AveragedNetwork must lie between 0 and 1"):
        AveragedNetwork(make(), momentum)
