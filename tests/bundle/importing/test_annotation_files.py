"""Which files of a folder are annotations, and whose."""

from pathlib import Path

import numpy as np
import pytest
from import_support import SIZE, square, write_labelme, write_mask, write_picture
from volume_files import write_dicom_series, write_volume

from bundle.importing.annotation_files import AnnotationFolder, check_annotator, find_annotations, image_names
from scripts.errors import DataError

MASK = np.eye(*SIZE, dtype=np.uint8)


def found(folder: AnnotationFolder) -> list[tuple[str, str, str]]:
    return [
        (file.relative.as_posix(), file.reader.__name__.rpartition(".")[2], file.annotator) for file in folder.files
    ]


def test_formats_are_known_by_what_files_hold(tmp_path: Path) -> None:
    write_labelme(tmp_path / "p01" / "left.json", [("vessel", square(1, 1))])
    write_mask(tmp_path / "p01" / "right_mask.png", MASK)
    (tmp_path / "labels.txt").write_text('# ITK-SnAP Label Description File\n    1   255 0 0   1 1 1    "vessel"\n')
    (tmp_path / "notes.txt").write_text("drawn on Monday")
    (tmp_path / "empty.json").touch()
    (tmp_path / "link.json").symlink_to(tmp_path / "nowhere.json")
    result = find_annotations(tmp_path, [])
    assert found(result) == [("p01/left.json", "labelme", ""), ("p01/right_mask.png", "picture_mask", "")]
    assert result.descriptions == [tmp_path / "labels.txt"]
    assert result.left_alone == [tmp_path / "notes.txt"]
    damaged, link = result.problems
    assert "empty.json: is none of the formats that its ending stands for" in damaged
    assert "link.json: is a link that leads nowhere" in link


def test_images_in_the_same_folder_are_no_annotations(tmp_path: Path) -> None:
    image = write_picture(tmp_path / "p01" / "left.png")
    write_labelme(tmp_path / "p01" / "left.json", [])
    linked = tmp_path / "elsewhere" / "p02.png"
    linked.parent.mkdir()
    linked.symlink_to(image)
    assert found(find_annotations(tmp_path, [image])) == [("p01/left.json", "labelme", "")]


def test_a_segmentation_among_the_slices_of_its_series(tmp_path: Path) -> None:
    series = write_dicom_series(tmp_path / "ct", np.zeros((4, 5, 3), dtype=np.int16))
    write_volume(series / "drawn.nii.gz", np.ones((4, 5, 3), dtype=np.uint8))
    assert found(find_annotations(tmp_path, [series])) == [("ct/drawn.nii.gz", "label_volume", "")]


def test_folders_of_annotators(tmp_path: Path) -> None:
    for who in ("Anna B", "cem"):
        write_labelme(tmp_path / who / "p01" / "left.json", [])
    result = find_annotations(tmp_path, [], by_folder=True)
    assert found(result) == [("p01/left.json", "labelme", "Anna B"), ("p01/left.json", "labelme", "cem")]
    write_labelme(tmp_path / "stray.json", [])
    write_labelme(tmp_path / "dr. no." / "left.json", [])
    problems = find_annotations(tmp_path, [], by_folder=True).problems
    assert "stray.json: lies beside the annotators' folders" in problems[0]
    assert 'the annotator "dr. no." cannot be the name of a folder' in problems[1]


def test_one_annotator_of_all(tmp_path: Path) -> None:
    write_labelme(tmp_path / "left.json", [])
    assert found(find_annotations(tmp_path, [], annotator="anna")) == [("left.json", "labelme", "anna")]
    with pytest.raises(DataError, match="not both"):
        find_annotations(tmp_path, [], annotator="anna", by_folder=True)


@pytest.mark.parametrize("name", ["a/b", "..", ".anna", "a\\b", " a", "a ", "a\n", "a:b", "/", "anna."])
def test_annotators_that_cannot_be_folders(name: str) -> None:
    with pytest.raises(DataError, match="cannot be the name of a folder"):
        check_annotator(name)


@pytest.mark.parametrize("name", ["", "a", "Anna Müller", "reader_1", "J.-P."[:-1]])
def test_annotators_that_can(name: str) -> None:
    check_annotator(name)


def test_a_data_set_in_the_folder_is_left_out(tmp_path: Path) -> None:
    write_labelme(tmp_path / "left.json", [])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "datalist.json").write_text("{}")
    result = find_annotations(tmp_path, [], leave_out=[tmp_path / "out"])
    assert len(result.files) == 1
    assert not result.problems


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing does not exist. Give it with --annotations"):
        find_annotations(tmp_path / "nothing", [])


@pytest.mark.parametrize(
    ("relative", "names"),
    [
        ("p01_left_seg.nii.gz", ["p01_left_seg", "p01_left"]),
        ("p01/left.jpg.geojson", ["p01/left.jpg", "p01/left"]),
        ("ct.seg.nrrd", ["ct"]),
        ("ct.mrk.json", ["ct"]),
        ("A.PNG", ["A"]),
    ],
)
def test_names_that_the_image_may_have(relative: str, names: list[str]) -> None:
    assert image_names(Path(relative)) == names


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("a.json")
    [problem] = find_annotations(tmp_path, []).problems
    assert "a.json: is a link that leads nowhere" in problem
