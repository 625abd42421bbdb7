"""Headers of label maps that keep their values in another file."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath

from scripts.errors import DataError

__all__ = ["refuse_data_elsewhere"]

# of MetaImage and of NRRD; what follows "LIST" is one name per line
_DATA = re.compile(r"^\s*(?:ElementDataFile\s*=|data ?file\s*:)\s*(?P<name>.+?)\s*$", re.I | re.M)
_LIST = "LIST"
# a header is text of this length at most
_HEAD = 1 << 16


def refuse_data_elsewhere(path: Path) -> None:
    """Refuse a header that names a file in another folder, whatever it would be read as.

    Args:
        path: MetaImage or NRRD file.

    Raises:
        DataError: naming the header and the file.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD).decode("latin-1")
    match = _DATA.search(head.replace("\r\n", "\n"))
    if match is None:
        return
    names = [match["name"]]
    if match["name"].upper().startswith(_LIST):
        names = [line.strip() for line in head[match.end() :].splitlines() if line.strip()]
    for name in names:
        # forward slashes and backslashes, and drives
        if PureWindowsPath(name).name != name:
            raise DataError(
                f"{path}: its header says that the values are in the file {name[:200]!r}; expected one in the same "
                "folder. Export the label map as a single file, such as .nii.gz, .nrrd or .mha."
            )
