import pytest

from scripts.errors import SettingError
from scripts.model_record import read_record, record_path, refuse_other_record, write_record


def test_lies_beside_the_model(tmp_path):
    assert record_path(tmp_path / "model.pt") == tmp_path / "model.json"


def test_what_is_written_is_read(tmp_path):
    write_record(tmp_path / "model.pt", {"val_dice": 0.5, "settings": {"spacing": [1.0, 1.0, 2.0]}})
    assert read_record(tmp_path / "model.pt") == {"val_dice": 0.5, "settings": {"spacing": [1.0, 1.0, 2.0]}}


def test_equal_settings_pass_whatever_kind_of_sequence_they_are(tmp_path):
    write_record(tmp_path / "model.pt", {"settings": {"spacing": [1.0, 1.0, 2.0], "window": None}})
    refuse_other_record(tmp_path / "model.pt", {"spacing": (1, 1, 2), "window": None, "of_no_record": 3})


def test_other_settings_are_refused_with_what_to_give(tmp_path):
    write_record(tmp_path / "model.pt", {"settings": {"spacing": [1.0, 1.0, 2.0], "window": [-160, 240]}})
    with pytest.raises(SettingError) as error:
        refuse_other_record(tmp_path / "model.pt", {"spacing": [2.0, 2.0, 2.0], "window": None})
    assert "spacing was [1.0, 1.0, 2.0], is [2.0, 2.0, 2.0]; window was [-160, 240], is null" in str(error.value)
    assert 'Give --spacing "[1.0, 1.0, 2.0]" --window "[-160, 240]"' in str(error.value)


def test_a_setting_that_was_null_is_given_as_an_expression(tmp_path):
    """MONAI drops overrides that are None."""
    write_record(tmp_path / "model.pt", {"settings": {"window": None}})
    with pytest.raises(SettingError, match=r"window was null, is \[0, 1\]. Give --window '\$None', or"):
        refuse_other_record(tmp_path / "model.pt", {"window": [0, 1]})


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_a_model_without_a_usable_record_is_not_judged(content, tmp_path):
    if content is not None:
        (tmp_path / "model.json").write_text(content)
    refuse_other_record(tmp_path / "model.pt", {"spacing": [1, 1, 1]})
