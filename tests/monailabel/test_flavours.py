"""Photographs and volumes in one server."""

import shutil

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from server_support import run_inference, running_server


@pytest.fixture(scope="module")
def both(exported_fundus, exported_volume, studies, volume_studies, tmp_path_factory):
    """A server with both bundles and the images of both."""
    folder = tmp_path_factory.mktemp("both")
    (folder / "studies").mkdir()
    shutil.copy(studies / "photo0.png", folder / "studies")
    shutil.copy(volume_studies / "volume0.nii.gz", folder / "studies")
    options = ("--no-scoring", "--different-labels")
    with running_server([exported_fundus, exported_volume], folder / "studies", folder, *options) as server:
        yield server


def test_each_model_has_its_own_labels(both):
    models = both.info()["models"]
    assert models["fundus"]["labels"] == {"vessel": 1, "not vessel": 2, "background": 3}
    assert list(models["volume"]["labels"])[:2] == ["anterior", "not anterior"]
    assert (models["fundus"]["dimension"], models["volume"]["dimension"]) == (2, 3)


def test_both_answer_in_turns_as_the_command_line_does(
    both, exported_fundus, exported_volume, studies, volume_studies, tmp_path
):
    picture = run_inference(exported_fundus, studies / "photo0.png", tmp_path / "picture") / "photo0_seg.png"
    volume = run_inference(exported_volume, volume_studies / "volume0.nii.gz", tmp_path / "volume")
    for _ in range(2):
        assert np.array_equal(Image.open(both.infer("fundus", "photo0").save(tmp_path)), Image.open(picture))
        found = nib.load(both.infer("volume", "volume0").save(tmp_path))
        assert np.array_equal(found.dataobj, nib.load(volume / "volume0_seg.nii.gz").dataobj)
