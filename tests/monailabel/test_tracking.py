"""A server's trainings in MLflow."""

import mlflow


def test_a_training_is_tracked_where_the_request_says(server, fundus, photographs, hand_in, tmp_path):
    for case in photographs[:3]:
        hand_in(case.name, case.drawing)
    store = f"sqlite:///{tmp_path}/mlflow.db"
    server.train("fundus", max_epochs=2, tracking="mlflow", tracking_uri=store, tracking_experiment_name="clinic")
    client = mlflow.MlflowClient(store)
    (experiment,) = client.search_experiments(filter_string="name = 'clinic'")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FINISHED"
    assert {"train_loss", "val_dice"} <= set(run.data.metrics)
    assert run.data.params["method"] == "robust_support"
