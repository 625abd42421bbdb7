"""Watches that the model of the annotators does not turn the task upside down."""

from __future__ import annotations

import logging

from ignite.engine import Engine, Events

from scripts.errors import SettingError

from .label_agreement import LabelAgreement

__all__ = ["AnnotationGuard", "GuardError"]

_METRICS = ("trace_positive", "trace_negative", "contradiction")


class GuardError(SettingError):
    """A training was stopped because its confusion matrices or its predictions contradict the drawings."""


class AnnotationGuard:
    """Stops a training, or warns, when labels and classes swap or the prediction collapses.

    A confusion matrix with swapped columns explains swapped predictions perfectly and has a lower trace, so a training
    can end upside down while its loss looks well (Zhang et al., arXiv 2508.18186, minimise the trace; the argument and
    the limits are ours). Per epoch, over the labelled pixels of coarse cases, the guard writes to
    ``engine.state.metrics``:

    * ``trace_positive``, ``trace_negative``: mean of trace(A) / C per kind of drawing;
    * ``contradiction``: share of pixels whose predicted class contradicts their drawing, the mean over what was drawn.

    It also notices predictions that leave out foreground or background although both are drawn. Attach it before
    handlers that log metrics.

    Args:
        min_reliability: lowest (trace(A) - 1) / (C - 1): 1 for an annotator without error, 0 where a drawing says
            nothing about the class. With two classes 0.1 is a trace(A) / C of 0.55.
        max_contradiction: highest share of contradicted pixels.
        min_predicted: pixels predicted as foreground, and as background, as a share of those drawn as such; below it
            the prediction has collapsed.
        warm_up: share of ``max_epochs`` in which limits are not checked; an epoch that begins in it belongs to it.
        patience: number of epochs in a row past a limit before the training is stopped; each one is logged. A training
            with fewer epochs after the warm-up is never stopped.
        on_breach: ``stop`` raises :class:`GuardError`, ``warn`` only logs.

    Raises:
        SettingError: for values out of range.
    """

    def __init__(
        self,
        min_reliability: float = 0.1,
        max_contradiction: float = 0.5,
        min_predicted: float = 0.01,
        warm_up: float = 0.2,
        patience: int = 3,
        on_breach: str = "stop",
    ) -> None:
        shares = {
            "min_reliability": min_reliability,
            "max_contradiction": max_contradiction,
            "min_predicted": min_predicted,
            "warm_up": warm_up,
        }
        for name, value in shares.items():
            if not 0 <= value <= 1:
                raise SettingError(f"{name} of AnnotationGuard is a share and must lie in [0, 1], got {value}.")
        if patience < 1:
            raise SettingError(f"patience of AnnotationGuard must be at least 1 epoch, got {patience}.")
        if on_breach not in ("stop", "warn"):
            raise SettingError(f"on_breach of AnnotationGuard must be stop or warn, got {on_breach!r}.")
        self.min_reliability = min_reliability
        self.max_contradiction = max_contradiction
        self.min_predicted = min_predicted
        self.warm_up = warm_up
        self.patience = patience
        self.on_breach = on_breach
        self._breaches = 0
        self._epoch = LabelAgreement()
        self._logger = logging.getLogger(__name__)

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer whose ``state.output`` holds ``pred`` (network output) and ``label`` (targets)."""
        engine.add_event_handler(Events.STARTED, self._start)
        engine.add_event_handler(Events.EPOCH_STARTED, self._start_epoch)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self._add)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self._judge)

    def _start(self) -> None:
        self._breaches = 0

    def _start_epoch(self) -> None:
        self._epoch = LabelAgreement()

    def _add(self, engine: Engine) -> None:
        self._epoch.add(engine.state.output["pred"], engine.state.output["label"])

    def _judge(self, engine: Engine) -> None:
        """Write the metrics, compare them with the limits.

        Raises:
            GuardError: past a limit, when set to stop.
        """
        self._epoch.gather()
        values = {f"trace_{kind}": trace for kind, trace in self._epoch.trace.items()}
        if self._epoch.contradiction is not None:
            values["contradiction"] = self._epoch.contradiction
        for name in _METRICS:
            engine.state.metrics.pop(name, None)
        engine.state.metrics.update(values)
        if engine.state.epoch - 1 < self.warm_up * engine.state.max_epochs:
            return
        reasons = self.reasons(self._epoch)
        self._breaches = self._breaches + 1 if reasons else 0
        if not reasons:
            return
        message = f"epoch {engine.state.epoch}: {' '.join(reasons)}"
        if self.on_breach == "stop" and self._breaches >= self.patience:
            raise GuardError(
                f"{message} The training is stopped after {self._breaches} such epochs in a row; on_breach 'warn' of "
                "AnnotationGuard would let it go on."
            )
        self._logger.warning(message)

    def reasons(self, epoch: LabelAgreement) -> list[str]:
        """What is wrong and what to do, one sentence pair per limit that is passed."""
        reasons = []
        for kind, trace in epoch.trace.items():
            chance = 1 / epoch.classes
            reliability = (trace - chance) / (1 - chance)
            if reliability < self.min_reliability:
                reasons.append(
                    f"The confusion matrices of the {kind} drawings have sunk to a mean trace/C of {trace:.3f} (limit: "
                    f"at least {chance + self.min_reliability * (1 - chance):.3f}; {chance:.3f} is chance), so they "
                    "explain the drawings away, or labels and classes swap. Lower trace_weight or "
                    "annotation_learning_rate, or choose the matrix form omission or low_rank, which cannot swap."
                )
        if epoch.contradiction is not None and epoch.contradiction > self.max_contradiction:
            reasons.append(
                f"Predictions contradict {epoch.contradiction:.0%} of the drawn pixels (limit: "
                f"{self.max_contradiction:.0%}). Check that the values in the label table are not swapped; if they are "
                "right, lower trace_weight or annotation_learning_rate."
            )
        for name, predicted, drawn in zip(("background", "foreground"), epoch.predicted, epoch.drawn):
            if all(epoch.drawn) and predicted < self.min_predicted * drawn:
                reasons.append(
                    f"Hardly any drawn pixel is predicted as {name} ({predicted}, while {drawn} are drawn so). Check "
                    "the label table, lower learning_rate, or draw more of it."
                )
        return reasons
