import io
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from bundle.benchmarking.unpack import unpack_decathlon, unpack_les_av
from scripts.errors import DataError


def add(file, name, content):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    file.addfile(info, io.BytesIO(content))


def test_decathlon_without_hidden_and_unlabelled_files(tmp_path):
    with tarfile.open(tmp_path / "Task04.tar", "w") as file:
        for folder in ("imagesTr", "labelsTr", "imagesTs"):
            add(file, f"Task04_Hippocampus/{folder}/hippocampus_001.nii.gz", folder.encode())
            add(file, f"Task04_Hippocampus/{folder}/._hippocampus_001.nii.gz", b"mac")
        add(file, "../../imagesTr/outside.nii.gz", b"outside")
        add(file, "Task04_Hippocampus/dataset.json", b"{}")
    out = tmp_path / "deep" / "out"
    out.mkdir(parents=True)
    unpack_decathlon(tmp_path / "Task04.tar", out)
    assert (out / "images" / "hippocampus_001.nii.gz").read_bytes() == b"imagesTr"
    assert (out / "labels" / "hippocampus_001.nii.gz").read_bytes() == b"labelsTr"
    # only the last part of a name counts, so nothing leaves the folder
    assert sorted(path.name for path in tmp_path.rglob("*.nii.gz")) == ["hippocampus_001.nii.gz"] * 2 + [
        "outside.nii.gz"
    ]
    assert (out / "images" / "outside.nii.gz").is_file()


def picture(array, kind):
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, kind)
    return buffer.getvalue()


def test_les_av_at_half_size_with_one_name_per_case(tmp_path):
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20] = 255
    with zipfile.ZipFile(tmp_path / "LES-AV.zip", "w") as file:
        file.writestr("LES-AV/images/34.png", picture(np.repeat(mask[..., None], 3, axis=2), "PNG"))
        file.writestr("LES-AV/vessel-segmentations/34.png", picture(mask > 0, "PNG"))
        file.writestr("LES-AV/masks/34_mask.gif", picture(np.full_like(mask, 255), "GIF"))
        file.writestr("LES-AV/arteries/34.png", picture(mask, "PNG"))
        file.writestr("__MACOSX/LES-AV/images/._34.png", b"mac")
        file.writestr("LES-AV/README.txt", b"read")
    out = tmp_path / "out"
    out.mkdir()
    unpack_les_av(tmp_path / "LES-AV.zip", out)
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.png")) == [
        "fov/34.png",
        "images/34.png",
        "masks_vessel/34.png",
    ]
    with Image.open(out / "masks_vessel" / "34.png") as halved:
        values = np.asarray(halved)
    assert values.shape == (20, 30) and (values[5:10] == 255).all() and values.sum() == 255 * 150


@pytest.mark.parametrize("unpack", [unpack_decathlon, unpack_les_av])
def test_another_file_is_refused(tmp_path, unpack):
    (tmp_path / "archive").write_bytes(b"no archive at all" * 100)
    (tmp_path / "out").mkdir()
    with pytest.raises(DataError, match="archive cannot be unpacked"):
        unpack(tmp_path / "archive", tmp_path / "out")


def test_an_archive_of_something_else_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "LES-AV.zip", "w") as file:
        file.writestr("weights.pth", b"weights")
    (tmp_path / "out").mkdir()
    with pytest.raises(DataError, match="none of the expected files"):
        unpack_les_av(tmp_path / "LES-AV.zip", tmp_path / "out")
