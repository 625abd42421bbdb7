"""A training that is killed leaves a model that works."""

import os
import signal
import time

import pytest
import torch
from server_support import TRAINING


def start_long_training(server, fundus, photographs, hand_in):
    """A training that has written a first model and would go on for long."""
    for case in photographs[:3]:
        hand_in(case.name, case.drawing)
    task = server.start_training("fundus", max_epochs=500)
    until = time.monotonic() + TRAINING
    while not list((fundus / "eval").glob("*/checkpoints/last.pt")):
        task = server.task(task["id"])
        assert task["status"] in ("SUBMITTED", "RUNNING") and time.monotonic() < until, server.explain(task)
        time.sleep(0.1)
    return task


def kill_by_request(server):
    server.request("DELETE", "/train/").json()


def kill_by_signal(server):
    for process in server.training_processes():
        os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize(("kill", "status"), [(kill_by_request, "STOPPED"), (kill_by_signal, "ERROR")])
def test_the_model_is_whole(server, fundus, photographs, hand_in, kill, status):
    task = start_long_training(server, fundus, photographs, hand_in)
    kill(server)
    assert server.wait(task)["status"] == status and server.training_processes() == []
    assert torch.load(fundus / "models" / "model.pt", weights_only=True)
    assert not [path.name for path in (fundus / "models").iterdir() if path.name not in ("model.pt", "model.json")]
    assert server.infer("fundus", "photo0").status == 200


def test_one_training_at_a_time_the_next_after_the_former_was_stopped(server, fundus, photographs, hand_in):
    task = start_long_training(server, fundus, photographs, hand_in)
    reply = server.request("POST", "/train/fundus", content={"max_epochs": 1})
    assert reply.status == 429 and b"Already Running" in reply.body
    kill_by_request(server)
    server.wait(task)
    server.train("fundus")
