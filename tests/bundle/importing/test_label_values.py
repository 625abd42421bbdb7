"""Values of label maps."""

import pytest

from bundle.importing.label_values import LabelValues
from scripts.errors import DataError
from scripts.labels import LabelTable


def test_a_single_class_has_the_values_of_the_default_config() -> None:
    values = LabelValues(["vessel"])
    assert values.names == ["background", "vessel"]
    assert values.drawing == {"ignore": 255, "vessel": 1, "not vessel": 2, "background": 3}
    assert values.dense == {"background": 0, "vessel": 1, "ignore": 255}


def test_values_of_an_earlier_import_stay() -> None:
    first = LabelValues(["a"]).drawing
    later = LabelValues(["a", "b"], first, not_background=True).drawing
    assert later == {**first, "b": 4, "not b": 5, "not background": 6}


def test_both_tables_are_valid_in_datalists() -> None:
    values = LabelValues([f"class {k}" for k in range(126)])
    LabelTable(values.drawing, values.names)
    LabelTable(values.dense, values.names, dense=True)
    assert max(value for name, value in values.drawing.items() if name != "ignore") == 253


def test_too_many_classes() -> None:
    with pytest.raises(DataError, match="127 classes were found; a label map holds 126 at most"):
        LabelValues([str(k) for k in range(127)])
