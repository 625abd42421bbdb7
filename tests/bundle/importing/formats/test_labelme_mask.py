"""The painted masks of labelme are decoded only where their size fits."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from bundle.importing.formats.labelme_mask import mask_of
from scripts.errors import DataError

# as labelme holds it, rows first
PAINTED = np.array([[1, 0, 0], [1, 1, 0]], dtype=np.uint8)
CORNERS = [[4, 7], [6, 8]]


def text_of(picture):
    stream = io.BytesIO()
    picture.save(stream, format="PNG")
    return base64.b64encode(stream.getvalue()).decode()


def read(mask, corners=CORNERS, largest=(20, 10)):
    return mask_of(mask, corners, "a.json", "shape 1", largest)


@pytest.mark.parametrize(
    "picture",
    [
        Image.fromarray(PAINTED),
        Image.fromarray(PAINTED * 255),
        Image.fromarray(PAINTED.astype(bool)),
        Image.fromarray(PAINTED.astype(np.uint16) * 300),
    ],
    ids=["0 and 1", "0 and 255", "bits", "16 bit"],
)
def test_a_mask_comes_x_first_at_its_first_corner(picture):
    bitmap = read(text_of(picture))
    assert bitmap.origin == (4, 7)
    assert bitmap.mask.dtype == bool
    np.testing.assert_array_equal(bitmap.mask, PAINTED.T.astype(bool))


def test_corners_with_fractions_may_round_apart():
    assert read(text_of(Image.fromarray(PAINTED)), [[3.6, 6.6], [6.4, 8.9]]).origin == (4, 7)


def test_line_breaks_in_the_text_do_no_harm():
    text = text_of(Image.fromarray(PAINTED))
    assert read("\n".join(text[i : i + 20] for i in range(0, len(text), 20))).mask.sum() == 3


def header_of(width, height):
    """A PNG picture that states a size and holds nothing."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    stated = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", stated) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("corners", "size", "message"),
    [
        ([[0, 0], [9, 9]], (3, 2), "its mask is 3 x 2 pixels in size; expected 10 x 10"),
        ([[0, 0], [2, 1]], (9000, 9000), "its mask is 9000 x 9000 pixels in size; expected 3 x 2"),
        ([[0, 0], [8999, 8999]], (9000, 9000), "expected no more than its picture has, 20 x 10"),
        ([[0, 0], [19, 10]], (20, 11), "expected no more than its picture has"),
        ([[6, 8], [4, 7]], (3, 2), "expected -1 x 0"),
    ],
)
def test_a_size_that_does_not_fit_is_found_before_decoding(corners, size, message):
    with pytest.raises(DataError, match=message):
        read(header_of(*size), corners)


def test_without_a_known_picture_sizes_beyond_reason_are_refused():
    with pytest.raises(DataError, match="cannot be read as a PNG picture"):
        read(header_of(10**5, 10**5), [[0, 0], [99_999, 99_999]], largest=None)


@pytest.mark.parametrize("mask", [None, 3, [], "", "not base64!", "bm90IGEgcGljdHVyZQ==", header_of(3, 2)])
def test_what_is_no_picture_is_refused(mask):
    with pytest.raises(DataError, match="^a.json: shape 1: "):
        read(mask)


@pytest.mark.parametrize("kept", [0, 20, 40, 50])
def test_a_cut_picture_is_refused(kept):
    whole = base64.b64decode(text_of(Image.fromarray(PAINTED)))
    with pytest.raises(DataError, match="cannot be read as a PNG picture"):
        read(base64.b64encode(whole[:kept]).decode())


def test_colours_and_other_formats_are_refused():
    with pytest.raises(DataError, match="expected a mask in grey, got one in RGB"):
        read(text_of(Image.new("RGB", (3, 2))))
    stream = io.BytesIO()
    Image.fromarray(PAINTED).save(stream, format="BMP")
    with pytest.raises(DataError, match="PNG"):
        read(base64.b64encode(stream.getvalue()).decode())


@pytest.mark.parametrize("corners", [None, [], [[0, 0]], [[0, 0]] * 3, "ab", [[0, float("nan")], [1, 1]]])
def test_corners_must_be_two_points(corners):
    with pytest.raises(DataError, match="^a.json: shape 1: expected"):
        read(text_of(Image.fromarray(PAINTED)), corners)
