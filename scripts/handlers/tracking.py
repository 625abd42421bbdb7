"""Tracking with MLflow: MONAI's handler, and what it lacks for runs that crash or are resumed."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from ignite.engine import Engine, Events
from mlflow.exceptions import MlflowException
from monai.engines import Evaluator
from monai.handlers import MLFlowHandler

from scripts.errors import SettingError
from scripts.handlers.git_commit import git_commit

__all__ = ["TrackingHandler", "flatten_parameters", "loss_terms"]

logger = logging.getLogger(__name__)

# MLflow's limits: length of a parameter's value and name, parameters per call
_LONGEST_VALUE = 6000
_LONGEST_NAME = 250
_PARAMETERS_PER_CALL = 100


def loss_terms(output: Any) -> dict[str, float] | None:
    """The total loss and its named terms of a trainer's output, as floats.

    Args:
        output: ``engine.state.output``: a dict with ``loss`` and optionally ``losses`` (name to value), or a list of
            dicts with the same ``loss``, one per image, that MONAI's decollation makes of it.

    Returns:
        ``{"train_loss": total, "train_loss/<term>": value, ...}``, None for an output without a loss.

    Raises:
        SettingError: when ``losses`` has been decollated, which leaves of it one name per image and no values.
    """
    first = output[0] if isinstance(output, Sequence) and output else output
    if not isinstance(first, Mapping) or "loss" not in first:
        return None
    losses = first.get("losses", {})
    if not isinstance(losses, Mapping):
        raise SettingError(
            f"the trainer's 'losses' must map names to values, got {losses!r}: MONAI's decollation does not keep them. "
            "Set decollate=false for the trainer."
        )
    terms = {"train_loss": first["loss"], **{f"train_loss/{name}": value for name, value in losses.items()}}
    return {name: float(torch.as_tensor(value).detach().float().mean()) for name, value in terms.items()}


def flatten_parameters(parameters: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested settings as MLflow takes them: ``{"loss": {"weight": 1}}`` becomes ``{"loss.weight": "1"}``.

    Characters that MLflow refuses in names become ``_``; what is longer than MLflow takes is cut.
    """
    flat: dict[str, str] = {}
    for key, value in parameters.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            flat.update(flatten_parameters(value, name))
            continue
        text = str(value)
        if len(text) > _LONGEST_VALUE:
            text = text[: _LONGEST_VALUE - 3] + "..."
        flat[re.sub(r"[^\w\-. :/]", "_", name)[:_LONGEST_NAME]] = text
    return flat


class TrackingHandler(MLFlowHandler):
    """:class:`monai.handlers.MLFlowHandler` whose runs end with the right status and are never mixed up.

    What differs from MONAI 1.6.1's handler:

    * A run is found by its name alone, whatever its status: trainer and validator with the same ``run_name`` share a
      run, a resumed training continues its run, which is set to RUNNING again, and a new name never continues the run
      of a job that crashed. MONAI reuses any unfinished run, and starts a second one when the first has finished.
    * The run ends FINISHED, FAILED after an error, KILLED after an interruption (Ctrl-C), and in each case with its
      artifacts. MONAI leaves it RUNNING unless it finishes.
    * Parameters may be nested, long or, in a resumed run, changed: the first value stays and the new one becomes the
      tag ``resumed.<parameter>`` (MLflow does not change parameters; MONAI's handler stops with an error).
    * Folders keep their layout among the artifacts.
    * Every loss term is logged at every iteration, see :func:`loss_terms`.

    Put it first among an engine's handlers: of the handlers of an exception, ignite runs only those up to the first
    that raises it again, as MONAI's ``StatsHandler`` and ``CheckpointSaver`` do. At completion it acts last
    wherever it stands, so that what the others write is among the artifacts.

    Args:
        tracking_uri: as in MONAI, such as ``sqlite:////path/mlruns.db``; the environment variable
            ``MLFLOW_TRACKING_URI`` wins over it.
        run_name: of the run, unique per training; the same for its trainer and its validator.
        experiment_name: that the run belongs to.
        experiment_param: parameters to log, may be nested.
        artifacts: files and folders to store with the run at its end; what does not exist by then is skipped with a
            warning. Give them to the trainer's handler only.
        code_folder: folder of the code, to log its git commit (parameter ``git_commit``) where it has one.
        close_on_complete: whether the engine's end is the run's end; None: for a trainer it is, for an evaluator it is
            not, since it runs many times within a training. Set it for an evaluation that stands alone.
        output_transform: what to log of each iteration.
        kwargs: other arguments of MONAI's handler.

    Raises:
        SettingError: when ``run_name`` is empty or has quotes.
    """

    def __init__(
        self,
        *,
        tracking_uri: str | None,
        run_name: str,
        experiment_name: str = "monai_experiment",
        experiment_param: Mapping[str, Any] | None = None,
        artifacts: str | Path | Sequence[str | Path] | None = None,
        code_folder: str | Path | None = None,
        close_on_complete: bool | None = None,
        output_transform: Callable = loss_terms,
        **kwargs: Any,
    ) -> None:
        if not run_name or "'" in run_name or '"' in run_name:
            raise SettingError(
                f"TrackingHandler: 'run_name' must be a name without quotes, got {run_name!r}. Without a name of its "
                "own, MLflow would add this run to the last one that crashed."
            )
        super().__init__(
            tracking_uri=tracking_uri,
            run_name=run_name,
            experiment_name=experiment_name,
            artifacts=artifacts,
            output_transform=output_transform,
            **kwargs,
        )
        self.store = tracking_uri
        self.parameters = dict(experiment_param or {})
        self.code_folder = code_folder
        self.ends_run = close_on_complete
        self._reraises = False

    def attach(self, engine: Engine) -> None:
        """Register with a trainer or an evaluator."""
        super().attach(engine)
        # completion is registered when the engine starts, after all other handlers
        engine.remove_event_handler(self.complete, Events.COMPLETED)
        engine.add_event_handler(Events.EXCEPTION_RAISED, self._exception_raised)
        if self.ends_run is None:
            self.ends_run = not isinstance(engine, Evaluator)
        if isinstance(engine, Evaluator):
            self.default_tracking_params = []  # its epochs and iterations are not the training's

    def start(self, engine: Engine) -> None:
        """Open the run, at the start of the engine; nothing at later starts within it."""
        if not self._reraises:
            engine.add_event_handler(Events.COMPLETED, self._completed)
            engine.add_event_handler(Events.EXCEPTION_RAISED, _raise_again)
            self._reraises = True
        if self.cur_run is not None:
            return
        try:
            self._set_experiment()
        except (MlflowException, OSError) as error:
            raise SettingError(
                f"MLflow's store {self.store} cannot be used ({str(error).splitlines()[0]}). Start the server, "
                "or give another one with --tracking_uri; by default runs go to a file in output_dir."
            ) from error
        self.cur_run = self._find_run() or self.client.create_run(
            experiment_id=self.experiment.experiment_id, run_name=self.run_name
        )
        if self.cur_run.info.status != "RUNNING":
            logger.info("continuing the MLflow run '%s', which was %s", self.run_name, self.cur_run.info.status)
            self.client.update_run(self.cur_run.info.run_id, status="RUNNING")
        parameters = {name: getattr(engine.state, name, None) for name in self.default_tracking_params}
        parameters.update(self.parameters)
        commit = None if self.code_folder is None else git_commit(self.code_folder)
        if commit is not None:
            parameters["git_commit"] = commit
            self.client.set_tag(self.cur_run.info.run_id, "mlflow.source.git.commit", commit)
        self._log_params(parameters)
        super().start(engine)  # logs data sets; its parameters have been logged already

    def _find_run(self) -> Any:
        """The latest run of this name, None if there is none."""
        runs = self.client.search_runs(
            [self.experiment.experiment_id],
            filter_string=f"attributes.run_name = '{self.run_name}'",
            order_by=["attributes.start_time DESC"],
            max_results=1,
        )
        return runs[0] if runs else None

    def _log_params(self, params: dict[str, Any]) -> None:
        """Log parameters that are new, and changed ones as tags."""
        run_id = self.cur_run.info.run_id
        logged = self.client.get_run(run_id).data.params
        new: dict[str, str] = {}
        for name, value in flatten_parameters(params).items():
            if name not in logged:
                new[name] = value
            elif logged[name] != value:
                self.client.set_tag(run_id, f"resumed.{name}"[:_LONGEST_NAME], value)
                logger.info("resumed with another %s: %s, before %s", name, value, logged[name])
        names = list(new)
        for start in range(0, len(names), _PARAMETERS_PER_CALL):
            super()._log_params({name: new[name] for name in names[start : start + _PARAMETERS_PER_CALL]})

    def complete(self) -> None:
        """Store the artifacts."""
        for path in (Path(path) for path in self.artifacts if path):
            if path.is_dir():
                self.client.log_artifacts(self.cur_run.info.run_id, str(path), artifact_path=path.name)
            elif path.is_file():
                self.client.log_artifact(self.cur_run.info.run_id, str(path))
            else:
                logger.warning("%s does not exist and is not stored with the MLflow run", path)

    def _end(self, status: str) -> None:
        """End the run, if one is open."""
        if self.cur_run is None:
            return
        try:
            self.complete()
        finally:
            self.run_finish_status = status
            self.close()

    def _completed(self) -> None:
        if self.ends_run:
            self._end("FINISHED")
        elif self.cur_run is not None:
            self.complete()

    def _exception_raised(self, _engine: Engine, error: BaseException) -> None:
        """End the run, and see to it that the exception goes on."""
        try:
            self._end("FAILED" if isinstance(error, Exception) else "KILLED")
        except Exception:  # a store that fails as well must not hide why training stopped
            logger.exception("could not end the MLflow run '%s'", self.run_name)
        if not self._reraises:
            raise error


def _raise_again(_engine: Engine, error: BaseException) -> None:
    raise error
