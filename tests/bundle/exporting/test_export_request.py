from pathlib import Path

import pytest

from bundle.exporting.export_request import ExportRequest
from scripts.errors import DataError


@pytest.mark.parametrize(("flavour", "model"), [("fundus", "models/model.pt"), ("volume", "models/volume/model.pt")])
def test_the_model_is_where_a_training_puts_it(flavour, model, tmp_path):
    assert ExportRequest(flavour, tmp_path).model_path == Path(model)
    assert ExportRequest(flavour, tmp_path, model=tmp_path / "a.pt").model_path == tmp_path / "a.pt"


def test_the_packed_bundle_lies_beside_its_folder(tmp_path):
    request = ExportRequest("fundus", tmp_path / "liver.v2", pack=True)
    assert request.zip_path == tmp_path / "liver.v2.zip"
    request.refuse_overlap()
    request.zip_path.touch()
    with pytest.raises(DataError, match="liver.v2.zip exists already"):
        request.refuse_overlap()


def test_inputs_must_not_lie_in_the_output(tmp_path):
    with pytest.raises(DataError, match="mine.json"):
        ExportRequest("fundus", tmp_path, config_files=(tmp_path / "mine.json",)).refuse_overlap()
    with pytest.raises(DataError, match="holds files that are needed"):
        ExportRequest("fundus", tmp_path, run=tmp_path).refuse_overlap()
