"""Whatever a viewer calls the run, it is one training, and tracked in the bundle."""

import mlflow
import pytest


@pytest.mark.parametrize("run_id", ["", "run", "training"])
def test_one_training_for_each_name_of_the_run(server, fundus, photographs, hand_in, run_id):
    for case in photographs[:3]:
        hand_in(case.name, case.drawing)
    server.train("fundus", max_epochs=1, run_id=run_id)
    assert len(list((fundus / "eval").glob("*_robust_support_*/checkpoints/last.pt"))) == 1
    client = mlflow.MlflowClient(f"sqlite:///{fundus}/eval/mlruns.db")
    (run,) = client.search_runs([experiment.experiment_id for experiment in client.search_experiments()])
    assert run.info.status == "FINISHED" and {"train_loss", "val_dice"} <= set(run.data.metrics)
    steps = [point.step for point in client.get_metric_history(run.info.run_id, "train_loss")]
    assert steps == [1]  # two photographs are one iteration
