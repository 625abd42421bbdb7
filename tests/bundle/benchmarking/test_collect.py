import json

import pytest
import torch

from bundle.benchmarking.collect import read_budget, read_drawings

CONFIG = {
    "train": {"trainer": {"max_epochs": 3}},
    "cases_per_epoch": None,
    "batch_size": 2,
    "patches_per_image": 4,
    "patch_size": [32, 48],
    "learning_rate": 0.1,
}


def test_drawings_are_averaged_where_known():
    cases = [{"drawing": {"ratio": 0.1, "positive_recall": None}}, {"drawing": {"ratio": 0.3}}, {"label": "dense.png"}]
    means = read_drawings(cases)
    assert means["ratio"] == pytest.approx(0.2) and means["positive_recall"] is None
    assert read_drawings([{"label": "dense.png"}]) is None


def test_budget(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    budget = {"epochs": 3, "steps": 9, "patches_per_step": 8, "patch_size": "32 x 48", "learning_rate": 0.1}
    assert read_budget(tmp_path, cases=5) == budget
    (tmp_path / "checkpoints").mkdir()
    weights = {"conv.weight": torch.zeros(3, 4), "norm.running_mean": torch.zeros(5)}
    torch.save(weights, tmp_path / "checkpoints" / "best.pt")
    assert read_budget(tmp_path, cases=5) == {**budget, "parameters": 12}
