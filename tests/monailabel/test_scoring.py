"""Which image to draw on next."""

import time

from server_support import TRAINING


def score(server):
    """Score all images, to the end."""
    server.request("POST", "/scoring/uncertainty", content={"device": "cpu"}).json()
    until = time.monotonic() + TRAINING
    while (task := server.request("GET", "/scoring/").json())["status"] in ("SUBMITTED", "RUNNING"):
        assert time.monotonic() < until, server.explain(task)
        time.sleep(0.5)
    assert task["status"] == "DONE", server.explain(task)


def test_the_most_uncertain_image_that_nobody_has_drawn_on_comes_first(server, photographs, studies, hand_in):
    score(server)
    names = [path.stem for path in (*studies.glob("*.png"), *studies.glob("*.jpg"))]
    found = {name: server.infer("fundus", name, output="json").json()["uncertainty_score"] for name in names}
    ranked = sorted(found, key=found.get, reverse=True)
    sample = server.request("POST", "/activelearning/most_uncertain", content={}).json()
    assert sample["id"] == ranked[0]
    hand_in(ranked[0], photographs[0].drawing)
    assert server.request("POST", "/activelearning/most_uncertain", content={}).json()["id"] == ranked[1]
