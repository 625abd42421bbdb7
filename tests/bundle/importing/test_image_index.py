"""Images by the names that annotation tools give them."""

from pathlib import Path

import pytest

from bundle.importing.image_index import ImageIndex
from bundle.importing.source_image import SourceImage
from scripts.errors import DataError


def index(*names: str) -> ImageIndex:
    """Pictures that need not exist, by their paths."""
    return ImageIndex([SourceImage(name.rpartition(".")[0], Path(name), volume=False) for name in names])


NESTED = index("p01/left.jpg", "p02/left.jpg", "p02/right.jpg", "x/y.z.png")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("p01/left", "p01/left"),
        ("p01/left.jpg", "p01/left"),
        ("p01/left.png", "p01/left"),  # some tools name the ending of a copy
        ("/home/anna/study/p01/left.jpg", "p01/left"),
        ("C:\\study\\p02\\left.jpg", "p02/left"),
        ("right.jpg", "p02/right"),
        ("right", "p02/right"),
        ("y.z", "x/y.z"),
        ("y.z.png", "x/y.z"),
        ("nothing", None),
        ("", None),
        (".png", None),
        ("../..", None),
    ],
)
def test_names_with_and_without_folders(name: str, key: str | None) -> None:
    image = NESTED.find(name)
    assert (image.key if image else None) == key


def test_an_image_in_another_folder_is_not_meant() -> None:
    assert NESTED.find("p01/right.jpg") is None
    assert NESTED.find("p03/right") is None
    assert NESTED.elsewhere(["p01/right.jpg", "p01/other"]) == "p02/right.jpg"
    assert NESTED.elsewhere(["other"]) == ""


def test_a_bare_name_that_several_images_have() -> None:
    with pytest.raises(DataError, match='"left.jpg" may be any of p01/left.jpg, p02/left.jpg. Name it with its folder'):
        NESTED.find("left.jpg")


def test_part_of_the_folders_tells_images_apart() -> None:
    images = index("a/p01/left.jpg", "a/p02/left.jpg")
    assert images.find("p02/left").key == "a/p02/left"


def test_accents_in_either_form() -> None:
    assert index("Mu\u0308ller.png").find("M\u00fcller.png") is not None


def test_pictures_belong_to_no_series() -> None:
    assert NESTED.find_series("1.2.3") is None
    assert not NESTED.volumes
