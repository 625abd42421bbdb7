"""Label files of all cases, written beside the data set."""

import json
import tracemalloc
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from import_support import SIZE, listing, pictures, square, values, write_labelme, write_mask
from volume_files import write_dicom_series, write_volume

from bundle.importing.annotation_files import find_annotations
from bundle.importing.case_labels import LabelPlan
from bundle.importing.find_images import find_images
from bundle.importing.image_index import ImageIndex
from bundle.importing.label_values import LabelValues
from bundle.importing.provenance import label_digest, sha256
from bundle.importing.rules import Rules
from bundle.importing.scan import AnnotationReader, scan
from bundle.importing.stage import NEW, StagedCase, stage_cases
from scripts.volumes import read_grid

ROWS = [("vessel", "vessel", ""), ("disc", "box disc", ""), ("1", "vessel", "")]
RULES = Rules.from_rows([dict(zip(("label", "meaning", "shape"), row)) for row in ROWS], "rules")
VALUES = LabelValues(["vessel", "disc"])


def take(case: StagedCase) -> None:
    case.status, case.moves = NEW, list(case.files)


def staged(tmp_path: Path, compare=take, keep: bool = True, **options) -> list[StagedCase]:
    """Cases of ``images`` and ``annotations``, with files in ``staged``."""
    images = find_images(tmp_path / "images")
    reader = AnnotationReader(ImageIndex(images))
    found = scan(find_annotations(tmp_path / "annotations", [], by_folder=False).files, reader, progress=False)
    assert found.problems == []
    (tmp_path / "staged").mkdir()
    return stage_cases(
        found.cases,
        {image.key: image for image in images},
        reader,
        LabelPlan(RULES, VALUES, **options),
        compare,
        folder=tmp_path / "staged",
        out=tmp_path / "out",
        keep=keep,
        progress=False,
    )


def write_two(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "p1/a", "p1/b")
    shapes = [("vessel", square(1, 1)), ("disc", [[4, 4], [6, 6]], "rectangle")]
    write_labelme(tmp_path / "annotations" / "p1" / "b.json", shapes)
    write_labelme(tmp_path / "annotations" / "p1" / "a.json", shapes[:1])


def test_files_are_named_after_their_images_and_recorded(tmp_path: Path) -> None:
    write_two(tmp_path)
    first, second = staged(tmp_path, box_classes=("disc",))
    assert (first.label, first.boxes, first.boxed) == ("labels/p1/a.png", "", [])
    assert (second.label, second.boxes, second.boxed) == ("labels/p1/b.png", "boxes/p1/b.json", ["disc"])
    label = values(tmp_path / "staged" / "labels" / "p1" / "a.png")
    assert label.shape == SIZE
    assert [tuple(place) for place in np.argwhere(label)] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    record = first.files["labels/p1/a.png"]
    assert record.sha256 == sha256(tmp_path / "staged" / "labels" / "p1" / "a.png")
    assert record.content == label_digest(label)
    assert record.image == "../images/p1/a.png"
    assert record.image_sha256 == sha256(tmp_path / "images" / "p1" / "a.png")
    source = tmp_path / "annotations" / "p1" / "a.json"
    assert record.sources == (("../annotations/p1/a.json", sha256(source)),)
    boxes = (tmp_path / "staged" / "boxes" / "p1" / "b.json").read_text()
    assert json.loads(boxes) == [{"class": "disc", "box": [4, 4, 6, 6]}]
    assert second.files["boxes/p1/b.json"].content == second.files["boxes/p1/b.json"].sha256


def test_dense_masks_lie_apart_and_may_be_empty(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "a", "b")
    write_mask(tmp_path / "annotations" / "a.png", np.zeros(SIZE, dtype=np.uint8))
    (case,) = staged(tmp_path, dense=True, empty_counts=True)
    assert case.label == "masks/a.png"
    assert not values(tmp_path / "staged" / "masks" / "a.png").any()


def test_nothing_marked_is_no_file(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "a")
    write_labelme(tmp_path / "annotations" / "a.json", [])
    (case,) = staged(tmp_path)
    assert (case.status, case.files) == ("new", {})
    assert listing(tmp_path / "staged") == {}


@pytest.mark.parametrize(("moved", "keep"), [(False, True), (True, False)])
def test_files_that_are_not_moved_do_not_pile_up(tmp_path: Path, moved: bool, keep: bool) -> None:
    write_two(tmp_path)
    cases = staged(tmp_path, take if moved else lambda case: None, keep)
    assert listing(tmp_path / "staged") == {}
    assert all(case.files for case in cases)


def test_a_case_with_problems_has_no_file(tmp_path: Path) -> None:
    write_two(tmp_path)
    write_labelme(tmp_path / "annotations" / "p1" / "a.json", [("vessel", square(50, 1))])
    bad, good = staged(tmp_path)
    assert "a.json: shape 1 (vessel): lies outside its image" in bad.problems[0]
    assert not bad.files
    assert good.files


@pytest.mark.parametrize("kind", ["a.nii.gz", "a.nrrd", "a"])
def test_label_maps_of_volumes_are_on_the_grid_of_their_image(tmp_path: Path, kind: str) -> None:
    array, affine = np.zeros((4, 5, 3), dtype=np.int16), np.diag([-1.0, -2, 3, 1])
    (tmp_path / "images").mkdir()
    (tmp_path / "annotations").mkdir()
    path = tmp_path / "images" / kind
    image = write_volume(path, array, affine) if "." in kind else write_dicom_series(path, array)
    grid = read_grid(image)
    mask = np.zeros(grid.shape, dtype=np.uint8)
    mask[1, 2, 0] = 1
    write_volume(tmp_path / "annotations" / "a_seg.nii.gz", mask, grid.affine)
    (case,) = staged(tmp_path)
    assert case.label == f"labels/a_label{'.nrrd' if kind == 'a.nrrd' else '.nii.gz'}"
    written = tmp_path / "staged" / case.label
    assert np.allclose(read_grid(written).affine, grid.affine, atol=1e-5)
    if written.suffix == ".gz":
        assert np.argwhere(np.asarray(nib.load(written).dataobj)).tolist() == [[1, 2, 0]]


def peak_of(tmp_path: Path, number: int) -> int:
    """Bytes that staging takes at most."""
    names = [f"i{k}" for k in range(number)]
    size = (600, 400)
    for name in names:
        write_mask(tmp_path / "images" / f"{name}.png", np.zeros(size, dtype=np.uint8))
        write_labelme(tmp_path / "annotations" / f"{name}.json", [("vessel", square(1, 1, 300))], size=size)
    tracemalloc.start()
    staged(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_number_of_images(tmp_path: Path) -> None:
    peak_of(tmp_path / "warm", 1)
    assert peak_of(tmp_path / "many", 12) < peak_of(tmp_path / "few", 2) + 600 * 400


def test_several_files_of_an_image_are_named(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "a")
    write_labelme(tmp_path / "annotations" / "a.json", [("vessel", square(1, 1))], image="a.png")
    write_mask(tmp_path / "annotations" / "a_mask.png", np.eye(*SIZE, dtype=np.uint8))
    (case,) = staged(tmp_path)
    assert case.notes == ["2 annotation files are laid over each other"]
