"""Fixtures that several tests use."""

from pathlib import Path

import pytest
import torch
from tests_support import BundleRun, write_dataset, write_volume_dataset

# as in the processes that tests start: sums in another order would differ in the last digits
torch.set_num_threads(1)

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


@pytest.fixture
def bundle_run(tmp_path: Path) -> BundleRun:
    """A bundle in an empty folder, run on the command line."""
    return BundleRun(tmp_path / "bundle")
