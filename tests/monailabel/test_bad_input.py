"""What a client sends that is wrong gets an error that names it, and the server lives."""

import json

import pytest
from PIL import Image


def rejected(reply, *words):
    """Check that an answer is an error whose message has all words."""
    message = json.loads(reply.body)["detail"]
    assert reply.status in (400, 404, 500) and all(word in message for word in words), f"{reply.status}: {message}"
    return reply.status


def alive(server, model, image):
    """Check that the server still answers."""
    assert server.info() and server.infer(model, image).status == 200


def upload(server, name, content):
    """Add an image to the studies."""
    return server.request("PUT", "/datastore/image", files={"file": (name, content)}).json()["image"]


def test_a_truncated_volume(volume_server, volume_studies):
    whole = (volume_studies / "volume0.nii.gz").read_bytes()
    image = upload(volume_server, "cut.nii.gz", whole[: len(whole) // 2])
    try:
        rejected(volume_server.infer("volume", image), "cut.nii.gz")
    finally:
        volume_server.request("DELETE", "/datastore/image", {"id": image}).json()
    alive(volume_server, "volume", "volume0")


def test_text_that_is_called_a_picture(server):
    image = upload(server, "letter.png", b"Dear colleague, enclosed please find")
    try:
        rejected(server.infer("fundus", image), "letter.png")
    finally:
        server.request("DELETE", "/datastore/image", {"id": image}).json()
    alive(server, "fundus", "photo0")


def test_an_image_that_nobody_knows(server):
    assert rejected(server.infer("fundus", "photo99"), "photo99") == 404


def test_a_model_that_nobody_knows(server):
    rejected(server.infer("kidney", "photo0"), "kidney")


def test_an_output_that_nobody_knows(server):
    assert rejected(server.infer("fundus", "photo0", output_of="entropy"), "entropy", "uncertainty") == 400
    alive(server, "fundus", "photo0")


def test_labels_that_fit_neither_image_nor_table_are_named_together(server, fundus, photographs, hand_in, tmp_path):
    for case in photographs[2:5]:
        hand_in(case.name, case.drawing)
    small, unknown = tmp_path / "photo0.png", tmp_path / "photo1.png"
    drawing = Image.open(photographs[0].drawing)
    drawing.crop((0, 0, 90, 80)).save(small)
    Image.new("L", drawing.size, 7).save(unknown)
    hand_in("photo0", small)
    hand_in("photo1", unknown)
    before = (fundus / "models" / "model.pt").read_bytes()
    log = server.train("fundus", expect="ERROR")
    size, value = (
        next(line for line in log.splitlines() if f"labels/final/{name}" in line and said in line)
        for name, said in (("photo0.png", "90"), ("photo1.png", "7"))
    )
    assert "80" in size and "176" in size and value
    assert (fundus / "models" / "model.pt").read_bytes() == before
    alive(server, "fundus", "photo0")


@pytest.mark.parametrize(("val_split", "reason"), [(0, "no validation cases"), (-1, "datalist.json does not exist")])
def test_a_training_without_cases_to_validate_on(server, fundus, photographs, hand_in, val_split, reason):
    """A share of the drawings is needed: -1 stands for the bundle's own cases, and it is deployed without any."""
    for case in photographs[:3]:
        hand_in(case.name, case.drawing)
    log = server.train("fundus", expect="ERROR", val_split=val_split)
    assert reason in log


def test_a_training_without_any_drawing(server, fundus):
    log = server.train("fundus", expect="ERROR", val_split=0.2)
    assert "no images have drawings" in log and "Save drawings for at least 3 more images" in log
    alive(server, "fundus", "photo0")
