import pytest
from export_support import flavour_config

from bundle.exporting.label_tables import fit_tables
from scripts.errors import SettingError

BASE = flavour_config("fundus", "train")


def test_tables_that_fit_are_kept():
    tables = {"labels": BASE["labels"], "dense_labels": BASE["dense_labels"]}
    assert fit_tables(BASE, BASE, BASE["classes"]) == tables
    own = {**BASE, "labels": {"Vessel": 7, "not vessel": 9}}
    assert fit_tables(own, BASE, BASE["classes"])["labels"] == {"Vessel": 7, "not vessel": 9}


def test_other_classes_get_the_usual_values_without_a_gap():
    tables = fit_tables(BASE, BASE, ["background", "artery", "vein"])
    assert tables["labels"] == {
        **{"artery": 1, "not artery": 2, "vein": 3, "not vein": 4, "background": 5},
        "ignore": 255,
    }
    assert tables["dense_labels"] == {"background": 0, "artery": 1, "vein": 2}


@pytest.mark.parametrize("table", [{"nerve": 1}, {"vessel": 1, "vein": 2}])
def test_a_table_of_other_classes_is_refused(table):
    with pytest.raises(SettingError, match="the classes are background, artery"):
        fit_tables({**BASE, "labels": table}, BASE, ["background", "artery"])
