"""NRRD and MetaImage headers."""

import logging

import itk
import numpy as np
import pytest
from volume_files import write_volume

from scripts.errors import DataError
from scripts.volumes.itk_file import itk_affine, read_itk_header, read_itk_image

VALUES = np.arange(2 * 3 * 4, dtype=np.int16).reshape(2, 3, 4)
DIRECTIONS = b"space directions: (1,0,0) (0,1,0) (0,0,1)"


def change(path, old, new):
    """Replace a line of a header."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path


def test_from_left_posterior_superior_to_right_anterior_superior():
    direction = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 1]])
    expected = [[0, -3, 0, -5], [-2, 0, 0, -6], [0, 0, 4, 7], [0, 0, 0, 1]]
    assert itk_affine(direction, np.array([2, 3, 4]), np.array([5, 6, 7])).tolist() == expected


@pytest.mark.parametrize("ending", ["nrrd", "mha"])
def test_the_header_tells_what_the_volume_is(tmp_path, ending):
    affine = np.diag([-2.0, 3, 4, 1])
    path = write_volume(tmp_path / f"a.{ending}", VALUES, affine)
    header = read_itk_header(path)
    assert header.shape == (2, 3, 4) and header.pixel_type == "SS"
    assert (header.affine == affine).all()
    assert (itk.array_from_image(read_itk_image(path, header)).T == VALUES).all()


def test_a_trailing_axis_of_one_is_dropped(tmp_path):
    image = itk.image_from_array(np.ascontiguousarray(VALUES.T[None]))
    for name in ("a.nrrd", "a.mha"):
        itk.imwrite(image, str(tmp_path / name))
        header = read_itk_header(tmp_path / name)
        assert header.shape == (2, 3, 4)
        assert (itk.array_from_image(read_itk_image(tmp_path / name, header)).T == VALUES).all()


def test_a_sheared_volume_keeps_its_axes(tmp_path):
    path = write_volume(tmp_path / "a.nrrd", VALUES, np.diag([-1.0, -1, 1, 1]))
    change(path, DIRECTIONS, b"space directions: (1,0,0) (0.5,2,0) (0,0,1)")
    np.testing.assert_allclose(read_itk_header(path).affine[:3, :3], [[-1, -0.5, 0], [0, -2, 0], [0, 0, 1]])


@pytest.mark.parametrize(
    ("directions", "expected"),
    [
        (b"(1,0,0) (0,0,0) (0,0,1)", "voxels measure 1 x 0 x 1 mm"),
        (b"(1,0,0) (nan,nan,nan) (0,0,1)", "expected a vector for each axis"),
        (b"(1,0,0) none (0,0,1)", "expected a vector for each axis"),
        (b"(1,0,0) (2,0,0) (0,0,1)", "the affine of its header is singular"),
    ],
)
def test_invalid_axes_of_nrrd_are_refused(tmp_path, directions, expected):
    path = write_volume(tmp_path / "a.nrrd", VALUES, np.diag([-1.0, -1, 1, 1]))
    change(path, DIRECTIONS, b"space directions: " + directions)
    with pytest.raises(DataError, match=f"a.nrrd: .*{expected}"):
        read_itk_header(path)


def test_nrrd_without_directions_is_a_guess_that_is_said(tmp_path, caplog):
    path = write_volume(tmp_path / "a.nrrd", VALUES)
    text = path.read_bytes()
    kept = [line for line in text.split(b"\n\n")[0].split(b"\n") if not line.startswith((b"space", b"kinds"))]
    path.write_bytes(b"\n".join(kept) + b"\nspacings: 1 2 3\n\n" + VALUES.tobytes("F"))
    with caplog.at_level(logging.WARNING):
        assert (read_itk_header(path).affine == np.diag([-1, -2, 3, 1])).all()
    assert 'a.nrrd: its header has no "space directions"' in caplog.text


@pytest.mark.parametrize(("side", "shown"), [(b"0", "0"), (b"-2", "-2")])
def test_invalid_spacing_of_meta_image_is_refused(tmp_path, side, shown):
    path = write_volume(tmp_path / "a.mha", VALUES)
    change(path, b"ElementSpacing = 1 1 1", b"ElementSpacing = 1 " + side + b" 1")
    with pytest.raises(DataError, match=f"a.mha: its header says that voxels measure 1 x {shown} x 1 mm"):
        read_itk_header(path)


def test_an_axis_of_length_zero_is_refused(tmp_path):
    path = change(write_volume(tmp_path / "a.mha", VALUES), b"DimSize = 2 3 4", b"DimSize = 2 0 4")
    with pytest.raises(DataError, match="a.mha: is empty, its size is 2 x 0 x 4 voxels"):
        read_itk_header(path)


@pytest.mark.parametrize("ending", ["nrrd", "mha"])
def test_pictures_and_several_volumes_are_refused(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    itk.imwrite(itk.image_from_array(np.zeros((5, 4), dtype=np.uint8)), str(path))
    with pytest.raises(DataError, match="is a picture of 4 x 5 pixels"):
        read_itk_header(path)
    itk.imwrite(itk.image_from_array(np.zeros((7, 6, 5, 4), dtype=np.uint8)), str(path))
    with pytest.raises(DataError, match="is 4D and holds 7 volumes"):
        read_itk_header(path)


@pytest.mark.parametrize("ending", ["nrrd", "mha"])
def test_colours_are_refused(tmp_path, ending):
    colours = itk.image_from_array(np.zeros((6, 5, 4, 3), dtype=np.uint8), is_vector=True)
    itk.imwrite(colours, str(tmp_path / f"a.{ending}"))
    with pytest.raises(DataError, match=f"a.{ending}: holds 3 numbers per voxel"):
        read_itk_header(tmp_path / f"a.{ending}")


def test_layers_of_a_slicer_segmentation_are_refused(tmp_path):
    header = "NRRD0004\ntype: uint8\ndimension: 4\nspace: left-posterior-superior\nsizes: 2 3 4 5\n"
    header += "space directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: list domain domain domain\nencoding: raw\n\n"
    (tmp_path / "a.seg.nrrd").write_bytes(header.encode() + bytes(120))
    with pytest.raises(DataError, match="a.seg.nrrd: holds 2 numbers per voxel"):
        read_itk_header(tmp_path / "a.seg.nrrd")
