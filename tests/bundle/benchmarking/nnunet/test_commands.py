from pathlib import Path

from tests_support import ROOT

from bundle.benchmarking.nnunet.commands import Choice, all_commands, as_shell, folders

WORK = Path("/out/work/cell")


def test_plan_train_on_all_cases_and_predict_probabilities():
    plan, train, predict = all_commands(Path("/venv/bin"), WORK, Choice("2d", "nnUNetTrainer", "cuda"))
    assert plan[:5] == ["/venv/bin/nnUNetv2_plan_and_preprocess", "-d", "1", "-c", "2d"]
    assert train == ["/venv/bin/nnUNetv2_train", "1", "2d", "all", "-tr", "nnUNetTrainer", "-device", "cuda"]
    assert predict[0] == "/venv/bin/nnUNetv2_predict" and "--save_probabilities" in predict
    given = dict(zip(predict, predict[1:]))
    assert given["-i"] == "/out/work/cell/nnUNet_raw/Dataset001_cell/imagesTs"
    assert given["-o"] == "/out/work/cell/predicted" and given["-f"] == "all"


def test_the_command_line_names_the_folders_as_seen_from_the_root():
    line = as_shell([str(ROOT / ".venv-nnunet/bin/nnUNetv2_train"), "1"], folders(ROOT / "eval" / "a b"))
    assert line.startswith("nnUNet_raw='eval/a b/nnUNet_raw' nnUNet_preprocessed='eval/a b/nnUNet_preprocessed' ")
    assert line.endswith(" .venv-nnunet/bin/nnUNetv2_train 1")
