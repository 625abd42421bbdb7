"""Marks that lie over each other."""

import numpy as np
import pytest

from bundle.importing.label_values import LabelValues
from bundle.importing.layers import LabelLayers
from bundle.importing.rules import Meaning
from scripts.errors import DataError

A, B, NOT_A, NOT_B, BACKGROUND, IGNORED = 1, 2, 3, 4, 5, 255


def layers(classes: str = "ab", **options: bool) -> LabelLayers:
    return LabelLayers((6, 1), LabelValues(list(classes)), **options)


def add(layer: LabelLayers, meaning: str, start: int, length: int) -> None:
    layer.add(Meaning.parse(meaning), np.ones((length, 1), dtype=bool), (start, 0))


def composed(layer: LabelLayers) -> list[int]:
    return layer.compose()[0][:, 0].tolist()


def test_values_of_every_meaning() -> None:
    layer = layers()
    for start, meaning in enumerate(["a", "b", "not a", "background", "ignore"]):
        add(layer, meaning, start, 1)
    assert composed(layer) == [A, B, NOT_A, BACKGROUND, IGNORED, 0]


def test_one_class_says_more_than_that_it_is_not_another() -> None:
    layer = layers()
    add(layer, "a", 0, 4)
    add(layer, "not b", 2, 4)
    assert composed(layer) == [A, A, A, A, NOT_B, NOT_B]
    assert layer.compose()[1].describe(last=False) == []


def test_two_classes_are_ignored_or_the_later_counts() -> None:
    for last, expected in ((False, [A, A, IGNORED, B, 0, 0]), (True, [A, A, B, B, 0, 0])):
        layer = layers(last=last)
        add(layer, "a", 0, 3)
        add(layer, "b", 2, 2)
        assert composed(layer) == expected
        assert layer.compose()[1].classes == 1
    assert "1 pixels are marked as two classes; the later mark counts" in layer.compose()[1].describe(last=True)


def test_a_class_and_not_this_class_is_ignored() -> None:
    layer = layers(last=True)
    add(layer, "a", 0, 3)
    add(layer, "not a", 2, 2)
    assert composed(layer) == [A, A, IGNORED, NOT_A, 0, 0]
    assert layer.compose()[1].contradicted == 1


def test_of_two_negatives_the_first_class_is_kept_and_counted() -> None:
    layer = layers("abc")
    not_a, not_b = 4, 5
    add(layer, "not b", 0, 3)
    add(layer, "not a", 1, 3)
    assert composed(layer) == [not_b, not_a, not_a, not_a, 0, 0]
    assert layer.compose()[1].negatives == 2


def test_where_every_class_is_denied_is_background() -> None:
    layer = layers()
    add(layer, "not b", 0, 3)
    add(layer, "not a", 1, 3)
    add(layer, "a", 2, 1)
    assert composed(layer) == [NOT_B, BACKGROUND, IGNORED, NOT_A, 0, 0]
    assert layer.compose()[1].negatives == 0


def test_of_a_single_class_the_negative_stays_a_negative() -> None:
    layer = layers("a")
    add(layer, "not a", 0, 1)
    assert composed(layer) == [2, 0, 0, 0, 0, 0]


def test_ignore_covers_all_else_whenever_it_was_marked() -> None:
    layer = layers()
    add(layer, "ignore", 1, 2)
    add(layer, "a", 0, 4)
    assert composed(layer) == [A, IGNORED, IGNORED, A, 0, 0]


def test_the_same_class_twice_is_no_overlap() -> None:
    layer = layers()
    add(layer, "a", 0, 3)
    add(layer, "a", 1, 4)
    assert composed(layer) == [A] * 5 + [0]
    assert layer.compose()[1].classes == 0


def test_in_a_dense_mask_what_is_unmarked_is_background() -> None:
    layer = layers(dense=True)
    add(layer, "b", 1, 2)
    add(layer, "background", 4, 1)
    add(layer, "ignore", 5, 1)
    assert composed(layer) == [0, 2, 2, 0, 0, IGNORED]
    with pytest.raises(DataError, match='a dense mask says what everything is, so "not a" has no place in it'):
        add(layer, "not a", 0, 1)
