"""Headers that name the file of their values."""

from pathlib import Path

import numpy as np
import pytest
from volume_files import write_volume

from bundle.importing.detached_data import refuse_data_elsewhere
from bundle.importing.formats import label_volume
from scripts.errors import DataError

META = "ObjectType = Image\nNDims = 3\nDimSize = 2 2 2\nElementType = MET_UCHAR\nElementDataFile = "
NRRD = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 2 2\nencoding: raw\ndata file: "


@pytest.mark.parametrize("header", [META, NRRD])
@pytest.mark.parametrize("name", ["/etc/passwd", "../secret.raw", "sub/a.raw", "..\\a.raw", "C:\\a.raw", "C:a.raw"])
def test_files_in_other_folders_are_refused(tmp_path: Path, header: str, name: str) -> None:
    path = tmp_path / "a.mhd"
    path.write_text(f"{header}{name}\r\n\r\n")
    with pytest.raises(DataError, match="a.mhd: its header says that the values are in the file"):
        refuse_data_elsewhere(path)


def test_every_name_of_a_list_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.mhd"
    path.write_text(f"{META}LIST\na.raw\n/etc/passwd\n")
    with pytest.raises(DataError, match="/etc/passwd"):
        refuse_data_elsewhere(path)


@pytest.mark.parametrize("name", ["LOCAL", "a.raw", "slice %03d.raw 1 2 1", "LIST\na.raw\nb.raw"])
def test_the_same_folder_is_right(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.mhd"
    path.write_text(f"{META}{name}\n")
    refuse_data_elsewhere(path)


def test_label_maps_are_looked_at_before_they_are_read(tmp_path: Path) -> None:
    path = write_volume(tmp_path / "a.mhd", np.ones((2, 2, 2), dtype=np.uint8), np.eye(4))
    assert len(label_volume.read(path, lambda name: (2, 2, 2))) == 1
    text = path.read_text(encoding="latin-1")
    path.write_text(text[: text.index("ElementDataFile")] + "ElementDataFile = /etc/passwd\n", encoding="latin-1")
    with pytest.raises(DataError, match="in the file '/etc/passwd'; expected one in the same folder"):
        label_volume.read(path, lambda name: (2, 2, 2))
