"""The table of an evaluation, from real evaluator runs on images of 12 x 20."""

from __future__ import annotations

import csv
import json
import logging

import numpy as np
import pytest
import torch
from monai.data import DataLoader, Dataset, MetaTensor
from monai.engines import SupervisedEvaluator
from monai.handlers import MeanDice, from_engine

from scripts.errors import SettingError
from scripts.handlers.case_report import CaseReport, metric_columns, summarise
from scripts.metrics import HausdorffDistance95, SurfaceDice


def case(name: str, overlap: int, classes: int = 2, reference: bool = True) -> dict[str, MetaTensor]:
    """A case of ten pixels per foreground class, of which the network finds ``overlap``, and as many wrong ones."""
    label, pred = torch.zeros(classes, 12, 20), torch.zeros(classes, 12, 20)
    for k in range(1, classes):
        if reference:
            label[k, k, :10] = 1
        pred[k, k, 10 - overlap : 20 - overlap] = 1
    label[0], pred[0] = 1 - label.sum(0), 1 - pred.sum(0)
    return {"image": MetaTensor(pred, meta={"filename_or_obj": f"/data/{name}.png"}), "label": MetaTensor(label)}


def evaluate(cases, *handlers, batch_size=1, metrics=("val_dice",), decollate=True) -> SupervisedEvaluator:
    """Evaluate a network that returns its input, the prediction."""
    dice = {
        name: MeanDice(include_background=False, output_transform=from_engine(["pred", "label"])) for name in metrics
    }
    evaluator = SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DataLoader(Dataset(cases), batch_size=batch_size),
        network=torch.nn.Identity(),
        key_val_metric=dice,
        val_handlers=handlers,
        decollate=decollate,
    )
    evaluator.run()
    return evaluator


def read(path) -> dict[str, list[str]]:
    rows = list(csv.reader(path.open(encoding="utf-8")))
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("batch_size", [1, 2])
@pytest.mark.parametrize("decollate", [True, False])
def test_each_value_stands_beside_its_case(tmp_path, batch_size, decollate):
    cases = [case("b", 8), case("a", 2), case("c", 5)]
    evaluate(cases, CaseReport(tmp_path), batch_size=batch_size, decollate=decollate)
    table = read(tmp_path / "metrics.csv")
    assert list(table) == ["case", "b", "a", "c", "mean", "median", "std"]
    assert table["case"] == ["val_dice"]
    assert [table[name] for name in ("b", "a", "c")] == [["0.800000"], ["0.200000"], ["0.500000"]]
    assert table["mean"] == table["median"] == ["0.500000"]
    assert float(table["std"][0]) == pytest.approx(np.std([0.8, 0.2, 0.5]), abs=1e-6)
    assert json.loads((tmp_path / "metrics.json").read_text()) == {"cases": 3, "val_dice": pytest.approx(0.5)}


def test_empty_reference_is_left_empty_and_out_of_the_mean(tmp_path):
    evaluate([case("a", 4), case("none", 4, reference=False)], CaseReport(tmp_path))
    table = read(tmp_path / "metrics.csv")
    assert table["none"] == [""]
    assert table["mean"] == ["0.400000"]


def test_columns_per_class_and_chosen_metrics(tmp_path):
    report = CaseReport(tmp_path, metrics=["second", "first"], classes=["background", "artery", "vein"])
    evaluate([case("a", 6, classes=3)], report, metrics=("first", "second"))
    expected = ["second[artery]", "second[vein]", "first[artery]", "first[vein]"]
    assert read(tmp_path / "metrics.csv")["case"] == expected


def test_class_that_a_case_lacks_is_left_empty_for_that_class_alone(tmp_path):
    """Three classes, of which the second case has no "vein", neither predicted nor in the reference."""
    cases = [case("both", 6, classes=3), case("artery", 8, classes=3)]
    for key in ("image", "label"):
        cases[1][key][0] += cases[1][key][2]
        cases[1][key][2] = 0
    pair = from_engine(["pred", "label"])
    evaluator = SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DataLoader(Dataset(cases), batch_size=1),
        network=torch.nn.Identity(),
        key_val_metric={"dice": MeanDice(include_background=False, output_transform=pair)},
        additional_metrics={
            "nsd": SurfaceDice(tolerance=20, output_transform=pair),
            "hd95": HausdorffDistance95(output_transform=pair),
        },
        val_handlers=[CaseReport(tmp_path, classes=["background", "artery", "vein"])],
    )
    evaluator.run()
    table = read(tmp_path / "metrics.csv")
    names = ["dice[artery]", "dice[vein]", "nsd[artery]", "nsd[vein]", "hd95[artery]", "hd95[vein]"]
    assert table["case"] == names
    # 95 % of the ten distances 0, ..., 0, 1, 2, 3, 4 are at most 3.55
    assert table["both"] == ["0.600000", "0.600000", "1.000000", "1.000000", "3.550000", "3.550000"]
    assert table["artery"] == ["0.800000", "", "1.000000", "", "1.550000", ""]
    assert table["mean"][:2] == ["0.700000", "0.600000"]
    # mean over the classes of a case, then over cases
    assert evaluator.state.metrics["dice"] == pytest.approx((0.6 + 0.8) / 2)
    assert evaluator.state.metrics["hd95"] == pytest.approx((3.55 + 1.55) / 2)


def test_second_evaluation_replaces_the_table(tmp_path):
    evaluator = evaluate([case("a", 4)], CaseReport(tmp_path))
    evaluator.run()
    assert len(read(tmp_path / "metrics.csv")) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["metrics.csv", "metrics.json"]


def test_log_is_readable_and_short(tmp_path, caplog):
    with caplog.at_level(logging.INFO, "scripts.handlers.case_report"):
        evaluate([case(f"case_{k}", k) for k in range(5)], CaseReport(tmp_path, log_cases=2))
    lines = caplog.messages[-1].splitlines()
    assert lines[0].startswith("5 cases")
    assert lines[4].startswith("... 3 more")
    assert lines[5].split() == ["mean", "0.2000"]
    assert len({len(line) for line in lines[1:]}) == 1  # aligned


def test_other_number_of_values_than_cases_is_an_error(tmp_path):
    report = CaseReport(tmp_path)
    evaluator = evaluate([case("a", 4), case("b", 4)], report)
    evaluator.state.metric_details["val_dice"] = torch.zeros(3, 1)
    with pytest.raises(RuntimeError, match="3 rows, but 2 cases"):
        report._write(evaluator)


def test_unknown_metric_names_those_that_exist(tmp_path):
    with pytest.raises(SettingError, match=r"\['other'\].*\['val_dice'\]"):
        evaluate([case("a", 4)], CaseReport(tmp_path, metrics=["other"]))
    assert not (tmp_path / "metrics.csv").exists()


def test_values_of_another_form_are_left_out_unless_asked_for(tmp_path):
    report = CaseReport(tmp_path)
    evaluator = evaluate([case("a", 4)], report)
    evaluator.state.metric_details["confusion"] = torch.zeros(1, 1, 4)
    report._write(evaluator)
    assert read(tmp_path / "metrics.csv")["case"] == ["val_dice"]
    report.metrics = ["confusion"]
    with pytest.raises(SettingError, match="confusion"):
        report._write(evaluator)


@pytest.mark.parametrize(
    ("shape", "classes", "names"),
    [
        ((4,), None, ["dice"]),
        ((4, 1), ["background", "vessel"], ["dice"]),
        ((4, 2), None, ["dice[1]", "dice[2]"]),
        ((4, 2), ["artery", "vein"], ["dice[artery]", "dice[vein]"]),
        ((4, 2), ["background", "artery", "vein"], ["dice[artery]", "dice[vein]"]),
    ],
)
def test_column_names(shape, classes, names):
    assert list(metric_columns("dice", np.zeros(shape), classes)) == names


def test_class_names_that_do_not_fit():
    with pytest.raises(SettingError, match="3 classes per case, but 'classes' names 2"):
        metric_columns("dice", np.zeros((4, 3)), ["a", "b"])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([1.0, 2.0, 6.0], (3, 2, np.std([1, 2, 6]))),
        ([0.5, np.nan], (0.5, 0.5, 0)),
        ([np.nan, np.nan], (np.nan, np.nan, np.nan)),
    ],
)
def test_summary(column, expected):
    assert list(summarise(np.array(column)).values()) == pytest.approx(expected, nan_ok=True)
