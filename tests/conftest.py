"""Fixtures that several tests use."""

from pathlib import Path

import pytest
import torch
from tests_support import BundleRun, write_boxed_dataset, write_boxed_volumes, write_dataset, write_volume_dataset

# as in the processes that tests start: sums in another order would differ in the last digits
torch.set_num_threads(1)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes that are no text get no name of their own: packed ones may hold the time, and names of tests must not."""
    return argname if isinstance(val, bytes) and not val.isascii() else None


SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def les_av() -> Path:
    """The real LES-AV photographs; the test is skipped where they are missing."""
    folder = SHARED_DATA / "les_av"
    if not folder.is_dir():
        pytest.skip("the LES-AV photographs are not beside the project (../shared/data/les_av)")
    return folder


@pytest.fixture
def tiny_dataset(tmp_path: Path) -> Path:
    """A data set of 8 small pictures, see ``write_dataset``."""
    return write_dataset(tmp_path / "tiny")


@pytest.fixture(scope="session")
def hippocampus() -> Path:
    """The real hippocampus volumes; the test is skipped where they are missing."""
    folder = SHARED_DATA / "hippocampus"
    if not folder.is_dir():
        pytest.skip("the hippocampus volumes are not beside the project (../shared/data/hippocampus)")
    return folder


@pytest.fixture
def tiny_volumes(tmp_path: Path) -> Path:
    """A data set of 8 small volumes, see ``write_volume_dataset``."""
    return write_volume_dataset(tmp_path / "tiny_volumes")


@pytest.fixture(scope="session")
def nuclei() -> Path:
    """The real pictures of cell nuclei; the test is skipped where they are missing."""
    folder = SHARED_DATA / "nuclei"
    if not folder.is_dir():
        pytest.skip("the nuclei pictures are not beside the project (../shared/data/nuclei)")
    return folder


@pytest.fixture(scope="session")
def camvid() -> Path:
    """The real CamVid street scenes; the test is skipped where they are missing."""
    folder = SHARED_DATA / "camvid"
    if not folder.is_dir():
        pytest.skip("the CamVid street scenes are not beside the project (../shared/data/camvid)")
    return folder


@pytest.fixture
def tiny_boxes(tmp_path: Path) -> Path:
    """A data set of 10 small pictures, of which 4 have boxes alone, see ``write_boxed_dataset``."""
    return write_boxed_dataset(tmp_path / "tiny_boxes")


@pytest.fixture
def tiny_box_volumes(tmp_path: Path) -> Path:
    """A data set of 10 small volumes, of which 4 have boxes alone, see ``write_boxed_volumes``."""
    return write_boxed_volumes(tmp_path / "tiny_box_volumes")


@pytest.fixture
def bundle_run(tmp_path: Path) -> BundleRun:
    """A bundle in an empty folder, run on the command line."""
    return BundleRun(tmp_path / "bundle")
