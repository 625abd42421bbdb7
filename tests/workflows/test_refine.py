"""A training's labels are refined by MONAI's own command line, and can be trained on."""

import subprocess
import sys

import numpy as np
from PIL import Image
from tests_support import run_workflow

SETTINGS = {
    "network_def__features": [4] * 6,
    "patch_size": [32, 32],
    "train__trainer__max_epochs": 1,
}


def test_train_refine_and_train_again(bundle_run, tiny_boxes, tmp_path):
    bundle_run("training", "train", dataset_dir=tiny_boxes, **SETTINGS)
    (run,) = (path.parent for path in (bundle_run.folder / "eval").glob("*/config.json"))
    files = f"['{run}/config.json','configs/refine.json']"
    command = [sys.executable, "-m", "monai.bundle", "run", "refining", "--config_file", files]
    command += ["--logging_file", "configs/logging.conf"]
    result = subprocess.run(command, cwd=bundle_run.folder, env=bundle_run.environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-3000:]
    assert "agreement with the references of 4 cases" in result.stderr + result.stdout
    refined = bundle_run.folder / "eval" / "refined"
    assert np.asarray(Image.open(refined / "masks" / "training2.png")).shape == (60, 72)

    workflow = run_workflow("training", "train", bundle_root=tmp_path / "again", dataset_dir=str(refined), **SETTINGS)
    dataset = workflow.parser.get_parsed_content("train#dataset")
    assert len(dataset) == 6 and not dataset.boxed
