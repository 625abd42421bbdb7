"""A client gets nothing evaluated, and leaves neither the studies nor the bundle."""

import json

import pytest

CODE = "$__import__('pathlib').Path('{}').touch()"


def refused(reply, *words):
    """Check that a request was refused with a message that has all words."""
    message = json.loads(reply.body)["detail"]
    assert reply.status == 400 and all(word in message for word in words), f"{reply.status}: {message}"


@pytest.mark.parametrize("option", ["device", "output", "probability_class", "result_extension"])
def test_an_inference_evaluates_nothing(server, tmp_path, option):
    fields = {"params": json.dumps({option: CODE.format(tmp_path / "run")})}
    refused(server.request("POST", "/infer/fundus", {"image": "photo0"}, fields=fields), option)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("params", ["cpu", '{"device": ', '["device"]', "3", "null"])
def test_options_that_are_no_json_object_are_named(server, photographs, params):
    """A label would be saved with them as its description."""
    sent = {"fields": {"params": params}}
    refused(server.request("POST", "/infer/fundus", {"image": "photo0"}, **sent), "params", "JSON object")
    files = {"label": ("photo0.png", photographs[0].drawing.read_bytes())}
    refused(server.request("PUT", "/datastore/label", {"image": "photo0"}, **sent, files=files), "params")
    assert server.infer("fundus", "photo0").status == 200


@pytest.mark.parametrize("option", ["max_epochs", "device", "tracking_uri", "tracking_experiment_name", "run_id"])
@pytest.mark.parametrize("path", ["/train/fundus", "/batch/infer/fundus", "/scoring/uncertainty"])
def test_no_task_is_started_with_an_expression(server, tmp_path, path, option):
    refused(server.request("POST", path, content={option: CODE.format(tmp_path / "run")}), option)


@pytest.mark.parametrize("options", [{"run_id": "initialize"}, {"model_filename": "../x.pt"}, {"bundle_path": "/"}])
def test_a_training_uses_its_own_bundle_alone(server, options):
    refused(server.request("POST", "/train/fundus", content=options), *options)


def test_files_elsewhere_cannot_be_asked_for(server, tmp_path, photographs):
    refused(server.infer("fundus", str(photographs[0].image)), "image")
    fields = {"params": json.dumps({"image": str(photographs[0].image)})}
    assert server.request("POST", "/infer/fundus", {"image": "photo0"}, fields=fields).status == 404


@pytest.mark.parametrize("name", ["../outside", "/outside", ".hidden", "a\\b"])
def test_images_and_labels_stay_in_the_studies(server, photographs, name):
    content = ("photo.png", photographs[0].image.read_bytes())
    refused(server.request("PUT", "/datastore/image", {"image": name}, files={"file": content}), "image")
    query = {"image": "photo0", "tag": name}
    refused(server.request("PUT", "/datastore/label", query, files={"label": content}), "tag")


def test_only_images_can_be_added(server):
    sent = {"file": ("module.py", b"raise SystemExit")}
    refused(server.request("PUT", "/datastore/image", {"image": "module"}, files=sent), ".png")
