"""Decoding by the kind of supervision, and of masks that are only measured by."""

import numpy as np
import pytest

from scripts.constants import IGNORE
from scripts.errors import DataError
from scripts.labels import decode_case, decode_reference

CLASSES = ["background", "vessel"]
CASE = {"labels": {"vessel": 1, "not vessel": 2}, "dense_labels": {"background": [0, 3], "vessel": 2, "ignore": 1}}
MAP = np.array([[0, 1, 2]])


def test_the_supervision_chooses_the_table():
    positive, negative, dense = decode_case(CASE | {"supervision": "coarse"}, MAP, CLASSES, "map.png")
    assert positive.tolist() == [[IGNORE, 1, IGNORE]] and negative[1].tolist() == [[0, 0, 1]] and not dense
    positive, negative, dense = decode_case(CASE | {"supervision": "dense"}, MAP, CLASSES, "map.png")
    assert positive.tolist() == [[0, IGNORE, 1]] and not negative.any() and dense


@pytest.mark.parametrize("supervision", ["coarse", "dense"])
def test_a_reference_is_a_dense_mask_whatever_the_supervision(supervision):
    case = CASE | {"supervision": supervision}
    reference = decode_reference(case, MAP, CLASSES, "mask.png")
    assert reference.tolist() == [[0, IGNORE, 1]] and reference.dtype == np.uint8
    with pytest.raises(DataError, match='mask.png: the dense mask holds the value 9.*"dense_labels"'):
        decode_reference(case, np.array([[9]]), CLASSES, "mask.png")
