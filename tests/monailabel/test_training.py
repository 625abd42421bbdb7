"""Training over HTTP on drawings that were handed in."""

import re

import numpy as np
import torch
from PIL import Image
from server_studies import dice, read_map, write_map

from scripts.model_record import read_record


def answer(server, model, image, folder):
    """The mask of an image as `WH` or `WHD`."""
    return read_map(server.infer(model, image).save(folder))


def incumbent(log):
    """What the model that was there reached on the validation cases of this training."""
    return float(re.search(r"reaches val_dice = ([\d.]+) on these validation", log)[1])


def test_drawings_improve_the_model_and_the_next_answer_is_the_new_models(
    server, fundus, photographs, hand_in, tmp_path
):
    *drawn, held_out = photographs
    before = answer(server, "fundus", held_out.name, tmp_path)
    for case in drawn:
        assert set(np.unique(read_map(case.drawing))) == {0, 1, 2}  # nothing, "vessel", "not vessel"
        hand_in(case.name, case.drawing)
    log = server.train("fundus", max_epochs=10)
    record = read_record(fundus / "models" / "model.pt")
    assert record["val_dice"] > incumbent(log)
    after = answer(server, "fundus", held_out.name, tmp_path)
    assert dice(after, held_out.truth()) > dice(before, held_out.truth())
    assert "2 of 2 cases have drawings instead of dense masks" in log and "agreement with the drawings" in log


def test_a_training_that_goes_wrong_leaves_the_model_alone(server, fundus, photographs, hand_in, tmp_path):
    """Three annotators confuse vessels with what is none; the fourth, on whose drawing is validated, does not."""
    names = [name for name in server.request("GET", "/datastore/", {"output": "all"}).json()["objects"]]
    cases = sorted(photographs[:4], key=lambda case: names.index(case.name))
    before = (fundus / "models" / "model.pt").read_bytes()
    for case in cases[:3]:
        swapped = np.array([0, 2, 1])[read_map(case.drawing)]
        hand_in(case.name, write_map(tmp_path / case.drawing.name, swapped))
    hand_in(cases[3].name, cases[3].drawing)
    log = server.train("fundus", val_split=0.25)
    assert (fundus / "models" / "model.pt").read_bytes() == before
    assert "was kept: it reaches" in log


def test_a_training_may_start_anew(server, fundus, photographs, hand_in):
    """Without the weights of the model, which is kept while it is better."""
    before = torch.load(fundus / "models" / "model.pt", weights_only=True)
    for case in photographs[:3]:
        hand_in(case.name, case.drawing)
    log = server.train("fundus", pretrained=False)
    after = torch.load(fundus / "models" / "model.pt", weights_only=True)
    assert incumbent(log) >= 0 and set(after) == set(before)


def test_volumes_are_trained_too(volume_server, volume, volumes, hand_in_volumes):
    for case in volumes[:4]:
        assert set(np.unique(read_map(case.drawing))) == {0, 1, 2, 3, 4, 5}
        hand_in_volumes(case.name, case.drawing)
    before = (volume / "models" / "model.pt").read_bytes()
    log = volume_server.train("volume", max_epochs=3, val_split=0.25)
    record = read_record(volume / "models" / "model.pt")
    if (volume / "models" / "model.pt").read_bytes() == before:
        assert "was kept: it reaches" in log
    else:
        assert record["val_dice"] > incumbent(log)
    assert record["settings"]["classes"] == ["background", "anterior", "posterior"]


def test_masks_of_the_vessels_alone_are_refused(server, fundus, photographs, hand_in):
    """An annotator who paints what is vessel, and never what is none, would be served a model that sees it all over."""
    for case in photographs[:3]:
        assert set(np.unique(Image.open(case.mask))) == {0, 1}
        hand_in(case.name, case.mask)
    log = server.train("fundus", expect="ERROR")
    assert 'only "vessel" is labelled in the validation cases' in log


def test_masks_of_classes_are_no_drawings(volume_server, volume, volumes, hand_in_volumes):
    """Of an answer, 2 is "posterior"; painted, it is "not anterior"."""
    for case in volumes[:4]:
        hand_in_volumes(case.name, case.mask)
    log = volume_server.train("volume", expect="ERROR", val_split=0.25)
    assert '"posterior" occurs in none of the 3 training cases' in log
