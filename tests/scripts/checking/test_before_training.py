import json
import logging

import numpy as np
import pytest
from PIL import Image
from tests_support import write_dataset

from scripts.checking.before_training import check_before_training
from scripts.checking.listing import list_cases
from scripts.checking.run_checks import check_cases
from scripts.checking.settings import CheckSettings
from scripts.data import load_cases
from scripts.errors import DataError, SettingError

TABLE = {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}
SETTINGS = {
    "classes": ["background", "vessel"],
    "labels": TABLE,
    "dense_labels": {"background": 0, "vessel": 1},
    "patch_size": [32, 32],
}


@pytest.fixture
def data(tmp_path):
    return write_dataset(tmp_path / "data")


def check(data, switch="on", **cases):
    datalist = data / "datalist.json"
    cases = {name: load_cases(datalist, name, data) for name in ("training", "validation")} | cases
    folder = data.parent / "check"
    check_before_training(switch, **cases, folder=folder, datalist=datalist, dataset_dir=data, **SETTINGS)
    return json.loads((folder / "report.json").read_text())


def spoil(data, name, colour):
    Image.fromarray(np.full((60, 72, 3), colour, dtype=np.uint8)).save(data / "images" / f"{name}.png")


def edit(data, change):
    content = json.loads((data / "datalist.json").read_text())
    change(content)
    (data / "datalist.json").write_text(json.dumps(content))


def test_all_cases_of_the_datalist_are_checked(data):
    report = check(data)
    assert report["exit_code"] == 0 and report["datalist"] == str(data / "datalist.json")
    assert {section: counts["cases"] for section, counts in report["counts"]["sections"].items()} == {
        "training": 4,
        "validation": 2,
        "test": 2,
    }


@pytest.mark.parametrize("switch", ["off", False, None])
def test_off_looks_at_nothing(switch):
    check_before_training(switch, [{"image": "nowhere.png"}], [], folder="nowhere", datalist="nowhere")


@pytest.mark.parametrize("switch", ["yes", 0, 1, [], {}])
def test_other_switches_are_refused(switch):
    with pytest.raises(SettingError, match="`check` must be on or off"):
        check_before_training(switch, [], [], folder="", datalist="")


def test_errors_stop_and_are_listed_up_to_ten(data):
    for name, colour in (("training1", 90), ("validation0", 91)):
        spoil(data, name, colour)
    with pytest.raises(DataError) as error:
        check(data, True)
    lines = str(error.value).splitlines()
    assert lines[0] == f"the check of {data}/datalist.json found 2 errors:"
    assert "training1.png: every value is 90" in lines[1] and "validation0.png: every value is 91" in lines[2]
    assert str(data.parent / "check" / "report.html") in lines[-1] and "--check off" in lines[-1]


def test_more_than_ten_errors_are_counted(data):
    training = load_cases(data / "datalist.json", "training", data)
    for number in range(11):
        spoil(data, f"extra{number}", 100 + number)
    training += [training[0] | {"image": f"{data}/images/extra{number}.png"} for number in range(11)]
    with pytest.raises(DataError, match=r"extra9.png.*\n  and 1 more\n"):
        check(data, training=training)


def test_warnings_have_a_line_for_each_check(data, caplog):
    edit(data, lambda content: content["training"][0].update(annotatr="a", subjct="b"))
    with caplog.at_level(logging.WARNING):
        check(data)
    (line,) = [message for message in caplog.messages if message.startswith("unknown-key: ")]
    assert "\n" not in line and line.endswith("(and 1 more)")
    assert "the check found 2 warnings" in caplog.text


def test_what_is_wrong_with_test_cases_alone_stops_no_training(data, caplog):
    edit(data, lambda content: content["test"].append({"image": 3}))
    spoil(data, "test0", 90)
    assert check(data)["exit_code"] == 2
    (line,) = [message for message in caplog.messages if message.startswith("test cases have 2 errors, ")]
    assert line.endswith("report.html shows them.")


def test_an_image_of_the_test_set_must_not_be_trained_on(data):
    def leak(content):
        content["test"][0]["image"] = content["training"][0]["image"]

    edit(data, leak)
    with pytest.raises(DataError, match="training0.png"):
        check(data)


def test_bare_pairs_of_a_server_are_drawings_of_no_datalist(data):
    training = load_cases(data / "datalist.json", "training", data)
    pairs = [{"image": case["image"], "label": case["label"]} for case in training]
    report = check(data, training=pairs[:2], validation=pairs[2:])
    assert report["datalist"] == "the data set"
    assert set(report["counts"]["checks"]) == {"validation-not-dense"}


def test_errors_in_drawings_of_a_server_are_mended_without_a_command_line(data):
    training = load_cases(data / "datalist.json", "training", data)
    pairs = [{"image": case["image"], "label": case["label"]} for case in training]
    spoil(data, "training1", 90)
    with pytest.raises(DataError) as error:
        check(data, training=pairs[:2], validation=pairs[2:])
    last = str(error.value).splitlines()[-1]
    assert last.startswith("Correct the drawings (") and "--check" not in last and "save them again" in last


def test_the_command_that_checks_knows_the_cases_of_a_training(data):
    check(data)
    cases, _ = list_cases(data / "datalist.json", data)
    folder, settings = data.parent / "check", CheckSettings(**SETTINGS)
    verdict = check_cases(cases, settings, source=str(data / "datalist.json"), folder=folder, progress=False)
    assert (len(verdict.records), verdict.cached) == (8, 8)


def test_no_report_can_be_written(data, caplog):
    (data.parent / "check").write_text("a file")
    with caplog.at_level(logging.WARNING), pytest.raises(NotADirectoryError):
        check(data)
    assert "there is no report of the check" in caplog.text
