"""A moving average of the network's weights."""

from __future__ import annotations

from typing import Any

from ignite.engine import Engine, Events
from ignite.handlers import EMAHandler
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from scripts.errors import SettingError

__all__ = ["AveragedNetwork", "UpdateAverage"]


class AveragedNetwork(EMAHandler):
    """Ignite's :class:`EMAHandler` whose average follows from the weights and the iteration alone.

    What differs:

    * The momentum is 1 / (iteration + 1) until that falls below ``momentum``: the average of all weights so far
      (Tarvainen and Valpola, NeurIPS 2017). It follows from the trainer's iteration, so that a resumed run goes on as
      the unbroken one does; Ignite's linear warm-up starts anew.
    * Buffers, such as the statistics of batch normalisation, are averaged like the weights they belong to. Ignite's
      default makes those of the average the very tensors of the network.
    * All tensors are averaged at once: one by one takes several times as long, in every step.
    * The average starts from what is loaded into the network at the start of a training, such as pretrained weights.
    * It has a state, for checkpoints.

    Args:
        network: to be averaged; of a ``DistributedDataParallel`` its module.
        momentum: weight of the latest network, between 0 and 1; the average looks back over about 1 / momentum
            iterations.
        enabled: False for no average, at no cost, in a config that does not always need one.

    Attributes:
        ema_model: the averaged copy, in eval mode; None if there is none.

    Raises:
        SettingError: for a momentum out of range.
    """

    def __init__(self, network: nn.Module, momentum: float = 0.01, enabled: bool = True) -> None:
        if not 0 < momentum < 1:
            raise SettingError(f"momentum of AveragedNetwork must lie between 0 and 1, got {momentum}.")
        self.ema_model = None
        if enabled:
            super().__init__(network, momentum=momentum, handle_buffers="update")

    def attach(self, engine: Engine) -> None:  # type: ignore[override]
        """Attach to a trainer, after the handlers that load weights."""
        if self.ema_model is None:
            return
        engine.add_event_handler(Events.STARTED, self._start)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self._set_momentum)
        super().attach(engine, warn_if_exists=False)

    def _start(self, engine: Engine) -> None:
        if engine.state.iteration == 0:
            self.ema_model.load_state_dict(self.model.state_dict())

    def _set_momentum(self, engine: Engine) -> None:
        engine.state.ema_momentum = max(self.momentum, 1 / (engine.state.iteration + 1))

    def _update_ema_model(self, engine: Engine, name: str) -> None:
        """What Ignite calls after every iteration."""
        average = [*self.ema_model.parameters(), *self.ema_model.buffers()]
        latest = [*self.model.parameters(), *self.model.buffers()]
        pairs = [(own, new.detach()) for own, new in zip(average, latest, strict=True)]
        averaged = [pair for pair in pairs if pair[0].is_floating_point()]
        get_ema_multi_avg_fn(1 - getattr(engine.state, name))(*zip(*averaged, strict=True), None)
        for own, new in pairs:
            if not own.is_floating_point():  # the number of batches that batch normalisation has seen
                own.copy_(new)

    def state_dict(self) -> dict[str, Any]:
        """That of the averaged copy, empty without one."""
        return {} if self.ema_model is None else self.ema_model.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from an average."""
        if self.ema_model is not None:
            self.ema_model.load_state_dict(state)


class UpdateAverage:
    """Attaches an average that other parts of a config name too.

    A reference would do, but MONAI and servers go through the list of handlers before it is resolved, and expect that
    each one is a dict with a ``_target_``.

    Args:
        average: to be kept up to date.
    """

    def __init__(self, average: AveragedNetwork) -> None:
        self.average = average

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer, after the handlers that load weights."""
        self.average.attach(engine)
