"""Runs in a real MLflow store: status after each kind of end, sharing, resuming, parameters and artifacts."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from ignite.engine import Engine, Events
from monai.engines import SupervisedEvaluator, SupervisedTrainer
from monai.handlers import MeanDice, StatsHandler, ValidationHandler, from_engine
from monai.transforms import Decollated
from monai.utils import path_to_sqlite_uri

from scripts.errors import SettingError
from scripts.handlers.tracking import TrackingHandler, flatten_parameters, loss_terms

pytest.importorskip("mlflow")
DATA = [{"image": torch.ones(1, 1, 4, 6), "label": torch.ones(1, 1, 4, 6)}]


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> str:
    """One store for all tests, since setting up its tables takes a second; each test has its own run names."""
    return path_to_sqlite_uri(tmp_path_factory.mktemp("store") / "mlruns.db")


@pytest.fixture
def tracking(store, monkeypatch, request):
    """Makes handlers for a run that is named after the test."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)

    def make(**arguments) -> TrackingHandler:
        arguments.setdefault("run_name", request.node.name)
        return TrackingHandler(tracking_uri=store, experiment_name="test", **arguments)

    return make


def runs(handler: TrackingHandler) -> list:
    """All runs with the handler's name."""
    experiment = handler.client.get_experiment_by_name("test")
    found = handler.client.search_runs([experiment.experiment_id])
    return [run for run in found if run.info.run_name == handler.run_name]


def make_trainer(*handlers, epochs: int = 2) -> SupervisedTrainer:
    network = torch.nn.Conv2d(1, 1, 1)
    return SupervisedTrainer(
        device=torch.device("cpu"),
        max_epochs=epochs,
        train_data_loader=DATA,
        network=network,
        optimizer=torch.optim.SGD(network.parameters(), 0.1),
        loss_function=torch.nn.MSELoss(),
        train_handlers=handlers,
    )


def make_validator(*handlers) -> SupervisedEvaluator:
    return SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DATA,
        network=torch.nn.Identity(),
        key_val_metric={"val_dice": MeanDice(output_transform=from_engine(["pred", "label"]))},
        val_handlers=handlers,
    )


class Do:
    """A handler that calls a function at an event."""

    def __init__(self, event: Events, function) -> None:
        self.event, self.function = event, function

    def attach(self, engine: Engine) -> None:
        engine.add_event_handler(self.event, lambda engine: self.function())


def fail(error: BaseException) -> None:
    raise error


def test_trainer_and_validator_share_a_finished_run(tracking):
    handler = tracking(experiment_param={"seed": 3, "loss": {"weight": 0.5}})
    validator = make_validator(tracking(iteration_log=False))
    make_trainer(handler, ValidationHandler(1, validator, exec_at_start=True)).run()
    (run,) = runs(handler)
    assert run.info.status == "FINISHED"
    assert run.data.params == {"max_epochs": "2", "epoch_length": "1", "seed": "3", "loss.weight": "0.5"}
    history = handler.client.get_metric_history(run.info.run_id, "val_dice")
    assert [(metric.step, metric.value) for metric in history] == [(0, 1), (1, 1), (2, 1)]
    assert {metric.step for metric in handler.client.get_metric_history(run.info.run_id, "train_loss")} == {1, 2}
    assert run.data.metrics["lr_group_0"] == pytest.approx(0.1)


@pytest.mark.parametrize(("error", "status"), [(ValueError("broken"), "FAILED"), (KeyboardInterrupt(), "KILLED")])
@pytest.mark.parametrize("event", [Events.ITERATION_COMPLETED, Events.EPOCH_COMPLETED, Events.STARTED])
@pytest.mark.parametrize("others", [[], [StatsHandler()]], ids=["alone", "with others"])
def test_status_after_an_exception(tracking, tmp_path, error, status, event, others):
    note = tmp_path / "note.txt"
    note.write_text("kept")
    handler = tracking(artifacts=note)
    with pytest.raises(type(error)):
        make_trainer(handler, *others, Do(event, lambda: fail(error))).run()
    (run,) = runs(handler)
    assert run.info.status == status
    assert [file.path for file in handler.client.list_artifacts(run.info.run_id)] == ["note.txt"]


@pytest.mark.parametrize(("error", "status"), [(ValueError("broken"), "FAILED"), (KeyboardInterrupt(), "KILLED")])
def test_status_after_an_exception_in_validation(tracking, error, status):
    handler = tracking()
    validator = make_validator(tracking(iteration_log=False), Do(Events.ITERATION_COMPLETED, lambda: fail(error)))
    with pytest.raises(type(error)):
        make_trainer(handler, ValidationHandler(1, validator)).run()
    assert [run.info.status for run in runs(handler)] == [status]


def test_exception_before_the_run_is_open_goes_on(tracking):
    with pytest.raises(ValueError, match="broken"):
        make_trainer(Do(Events.STARTED, lambda: fail(ValueError("broken"))), tracking()).run()


def test_failing_store_does_not_hide_the_error(tracking, caplog):
    handler = tracking()

    def break_both() -> None:
        handler.cur_run = object()
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        make_trainer(handler, Do(Events.ITERATION_COMPLETED, break_both)).run()
    assert "could not end the MLflow run" in caplog.text


def test_new_name_never_continues_a_crashed_run(tracking, request):
    crashed = tracking(run_name=f"{request.node.name} first")
    with pytest.raises(ValueError, match="broken"):
        make_trainer(crashed, Do(Events.ITERATION_COMPLETED, lambda: fail(ValueError("broken")))).run()
    fresh = tracking(run_name=f"{request.node.name} second")
    make_trainer(fresh).run()
    assert [run.info.status for run in runs(crashed)] == ["FAILED"]
    assert [run.info.status for run in runs(fresh)] == ["FINISHED"]


@pytest.mark.parametrize("crashes", [True, False])
def test_same_name_continues_the_run(tracking, crashes):
    first = tracking(experiment_param={"seed": 0, "rate": 0.1})
    if crashes:
        with pytest.raises(ValueError, match="broken"):
            make_trainer(first, Do(Events.ITERATION_COMPLETED, lambda: fail(ValueError("broken")))).run()
    else:
        make_trainer(first).run()
    seen = []
    again = tracking(experiment_param={"seed": 0, "rate": 0.2, "new": 1})
    make_trainer(again, Do(Events.ITERATION_COMPLETED, lambda: seen.append(runs(again)[0].info.status)), epochs=5).run()
    (run,) = runs(again)
    assert set(seen) == {"RUNNING"}
    assert run.info.status == "FINISHED"
    expected = {"seed": "0", "rate": "0.1", "new": "1", "max_epochs": "2", "epoch_length": "1"}
    assert run.data.params == expected
    assert run.data.tags["resumed.rate"] == "0.2"
    assert run.data.tags["resumed.max_epochs"] == "5"


def test_artifacts_written_by_later_handlers_keep_their_layout(tracking, tmp_path, caplog):
    folder = tmp_path / "pictures"

    def write() -> None:
        (folder / "inner").mkdir(parents=True)
        (folder / "inner" / "a.txt").write_text("a")

    handler = tracking(artifacts=[folder, tmp_path / "missing"])
    make_trainer(handler, Do(Events.COMPLETED, write)).run()
    (run,) = runs(handler)
    stored = Path(handler.client.download_artifacts(run.info.run_id, "pictures", tmp_path))
    assert (stored / "inner" / "a.txt").read_text() == "a"
    assert "missing does not exist" in caplog.text


def test_evaluation_that_stands_alone_ends_its_run(tracking):
    handler = tracking(close_on_complete=True)
    make_validator(handler).run()
    assert [(run.info.status, run.data.metrics) for run in runs(handler)] == [("FINISHED", {"val_dice": 1.0})]


def test_commit_is_logged_where_there_is_one(tracking, tmp_path):
    handler = tracking(code_folder=tmp_path)
    make_trainer(handler).run()
    assert "git_commit" not in runs(handler)[0].data.params


def test_more_parameters_than_one_call_takes(tracking):
    handler = tracking(experiment_param={f"p{k}": k for k in range(230)})
    make_trainer(handler).run()
    assert len(runs(handler)[0].data.params) == 232


@pytest.mark.parametrize("name", ["", None, "it's", 'a "b"'])
def test_name_is_needed(tracking, name):
    with pytest.raises(SettingError, match="run_name"):
        tracking(run_name=name)


@pytest.mark.parametrize(
    ("parameters", "flat"),
    [
        ({}, {}),
        ({"a": {"b": {"c": 1}}, "d": [1, 2]}, {"a.b.c": "1", "d": "[1, 2]"}),
        ({"dice[vein]#1": None}, {"dice_vein__1": "None"}),
        ({"k" * 300: 0}, {"k" * 250: "0"}),
        ({"k": "v" * 7000}, {"k": "v" * 5997 + "..."}),
    ],
)
def test_flat_parameters(parameters, flat):
    assert flatten_parameters(parameters) == flat


@pytest.mark.parametrize(
    ("output", "terms"),
    [
        ({"loss": torch.tensor(2.0)}, {"train_loss": 2}),
        (
            {"loss": torch.tensor(2.0), "losses": {"positive": 1.5, "trace": torch.tensor(0.5)}},
            {"train_loss": 2, "train_loss/positive": 1.5, "train_loss/trace": 0.5},
        ),
        ([{"loss": 3.0}, {"loss": 3.0}], {"train_loss": 3}),
        ([{"pred": 1}], None),
        ([], None),
        (None, None),
    ],
)
def test_loss_terms(output, terms):
    assert loss_terms(output) == terms


def test_decollated_loss_terms_are_refused():
    output = {"image": torch.zeros(2, 1, 3), "loss": torch.tensor(2.0), "losses": {"positive": 1.5, "trace": 0.5}}
    with pytest.raises(SettingError, match="decollate=false"):
        loss_terms(Decollated(keys=None)(output))


def test_an_unreachable_server_is_named(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    trainer = Engine(lambda engine, batch: {"loss": torch.tensor(1.0)})
    TrackingHandler(tracking_uri="http://127.0.0.1:9", run_name="a").attach(trainer)
    with pytest.raises(SettingError, match="http://127.0.0.1:9 cannot be used.*--tracking_uri"):
        trainer.run([0])
