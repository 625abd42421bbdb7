"""Keys that look like misspelt ones."""

import pytest

from scripts.checking.listing_keys import CASE_KEYS, LIST_KEYS, intended_key


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("lable", "label"),
        ("fov", "field_of_view"),
        ("field-of-view", "field_of_view"),
        ("subjet", "subject"),
        ("Image", "image"),
        ("mask", "label"),
        ("suppervision", "supervision"),
    ],
)
def test_misspelt_keys_of_a_case(key, meant):
    assert intended_key(key, CASE_KEYS, [key]) == meant


@pytest.mark.parametrize("key", [*CASE_KEYS, "hospital", "camera", "age", "fold", "comment", "id"])
def test_known_keys_and_own_ones(key):
    assert intended_key(key, CASE_KEYS, [key]) == ""


def test_a_key_that_is_there_was_not_misspelt():
    assert intended_key("mask", CASE_KEYS, ["image", "label", "mask"]) == ""
    assert intended_key("image_", CASE_KEYS, ["image", "image_"]) == ""


@pytest.mark.parametrize(("key", "meant"), [("val", "validation"), ("trainig", "training"), ("name", "")])
def test_keys_of_the_top_level(key, meant):
    assert intended_key(key, LIST_KEYS, [key]) == meant
