import shlex
from pathlib import Path

import pytest
from tests_support import ROOT

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.cell_commands import as_text, evaluation_arguments, training_arguments
from bundle.benchmarking.data_sets import DATA_SETS
from bundle.read_configs import read_configs

CELL = Cell("retina", "coupled_literal_sparse", 0.3, "realistic", 4)
DRAWINGS, WORK = ROOT / "eval" / "drawings", Path("/elsewhere/work")


def _value(arguments, name):
    return arguments[arguments.index(name) + 1]


def test_training():
    arguments = training_arguments(CELL, DATA_SETS["retina"], DRAWINGS, WORK, settings=["--device", "cpu"])
    assert arguments[0] == "training"
    assert _value(arguments, "--config_file") == str(
        [
            "configs/train.json",
            "configs/benchmark/lean_training.json",
            "configs/benchmark/retina.json",
            "configs/benchmark/small/retina.json",
            "configs/methods/coupled_literal.json",
        ]
    )
    expected = {"--reading": "sparse", "--seed": "4", "--check": "off", "--device": "cpu"}
    expected |= {"--dataset_dir": "eval/drawings", "--datalist": "eval/drawings/datalist.json"}
    expected |= {"--ckpt_dir": "/elsewhere/work/models", "--output_dir": "/elsewhere/work/eval"}
    assert {name: _value(arguments, name) for name in expected} == expected


def test_a_quick_training_has_half_the_epochs():
    arguments = training_arguments(CELL, DATA_SETS["retina"], DRAWINGS, WORK, quick=True)
    files = [ROOT / "configs" / name for name in ("train.json", "benchmark/small/retina.json")]
    full = read_configs(files)["train#trainer#max_epochs"]
    assert _value(arguments, "--train#trainer#max_epochs") == str(full // 2)


@pytest.mark.parametrize("arguments", [training_arguments, evaluation_arguments])
def test_a_full_training_has_the_network_and_the_length_of_the_product(arguments):
    small, full = (arguments(CELL, DATA_SETS["retina"], DRAWINGS, WORK, full=full) for full in (False, True))
    assert _value(full, "--config_file") == _value(small, "--config_file").replace(
        "'configs/benchmark/small/retina.json', ", ""
    )
    assert [word for word in full if word not in small] == [_value(full, "--config_file")]


def test_all_full_trainings_take_as_many_steps():
    # a method that uses three of eighteen cases would take a sixth of the steps
    full, small = (
        training_arguments(CELL, DATA_SETS["retina"], DRAWINGS, WORK, full=is_full, cases=18)
        for is_full in (True, False)
    )
    assert _value(full, "--cases_per_epoch") == "18" and "--cases_per_epoch" not in small


@pytest.mark.parametrize("name", DATA_SETS)
def test_what_is_small_is_the_network_and_the_training_alone(name):
    data_set = DATA_SETS[name]
    full, small = (
        read_configs([ROOT / file for file in [data_set.train_config, *data_set.overlays(full=is_full)]])[""]
        for is_full in (True, False)
    )
    changed = {key for key in full if full[key] != small[key]} | {key for key in small if key not in full}
    assert changed <= {
        *("network_def", "patch_size", "batch_size", "patches_per_image", "cases_per_epoch"),
        *("learning_rate", "num_workers", "train"),
    }
    assert "network_def" in changed or "train" in changed


def test_evaluation_measures_with_the_same_network():
    arguments = evaluation_arguments(CELL, DATA_SETS["hippocampus"], DRAWINGS, WORK)
    files = _value(arguments, "--config_file")
    assert arguments[0] == "evaluating" and "configs/volume/train.json" in files
    order = [files.index(name) for name in ("volume/evaluate", "lean_evaluation", "measure")]
    assert order == sorted(order)


def test_the_text_can_be_pasted():
    arguments = training_arguments(CELL, DATA_SETS["retina"], Path("/with space"), WORK)
    text = as_text(arguments)
    assert text.startswith("python -m monai.bundle run training --config_file \"['configs/train.json', ")
    assert shlex.split(text)[4:] == arguments


@pytest.mark.parametrize("name", DATA_SETS)
def test_lean_configs_switch_off_what_they_mean(name):
    data_set = DATA_SETS[name]
    files = [data_set.train_config, "configs/benchmark/lean_training.json", *data_set.overlays()]
    training = read_configs([ROOT / file for file in files])
    off = [h["_target_"] for h in training["train#handlers"] if h.get("_disabled_") is True]
    assert off == ["scripts.handlers.TrackingHandler"]
    assert all(handler["_disabled_"] is True for handler in training["validate#handlers"])
    files += [data_set.evaluate_config, *(f"configs/benchmark/{n}.json" for n in ("lean_evaluation", "measure"))]
    handlers = read_configs([ROOT / file for file in files])["validate#handlers"]
    off = [handler["_target_"] for handler in handlers if handler.get("_disabled_")]
    assert off == ["scripts.handlers.TrackingHandler", "scripts.handlers.CasePictures"]
    assert list(training["classes"]) == list(data_set.classes)
