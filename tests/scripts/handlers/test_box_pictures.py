"""Pictures of boxes that become masks: colours, places, order of the strip."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from PIL import Image

from scripts.constants import IGNORE, INSIDE, OUTSIDE, SETTLED, UNKNOWN
from scripts.handlers.box_pictures import BoxPictures
from scripts.handlers.overlay import BLUE, GREEN, GREY, RED, YELLOW, class_colour

CLASSES = ["background", "nucleus"]


def make_case(count=2, shape=(24, 20), affine=None, reference=None, k=1):
    """A grey image whose box of class ``k`` takes columns 6 to 17 and rows 4 to 11, in volumes slices 3 to 5."""
    place = (slice(6, 18), slice(4, 12), slice(3, 6))[: len(shape)]
    boxes = np.full((count, *shape), OUTSIDE, dtype=np.uint8)
    layers = np.zeros((1, *shape), dtype=np.int16)
    boxes[0], boxes[k][place], layers[0][place] = UNKNOWN, INSIDE, 1
    image = np.random.default_rng(0).normal(-3, 1, (1, *shape)).astype(np.float32)
    case = {
        "image": torch.from_numpy(image) if affine is None else MetaTensor(image, affine=torch.from_numpy(affine)),
        "boxes": torch.from_numpy(boxes),
        "box_layers": torch.from_numpy(layers),
        "box_classes": torch.tensor([k]),
        "case_id": "cell_1a2b",
    }
    if reference is not None:
        case["reference"] = torch.from_numpy(reference[None].astype(np.uint8))
    return case


def read(path):
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


def hue(picture, column, row, scale):
    """Colour that was painted over grey at the middle of a pixel: how red, green and blue differ from their mean."""
    pixel = picture[int((row + 0.5) * scale), int((column + 0.5) * scale)]
    return pixel - pixel.mean()


def looks(picture, column, row, colour, scale=20):
    """Whether a pixel has the hue of a colour."""
    seen, expected = hue(picture, column, row, scale), np.array(colour) - np.mean(colour)
    if not expected.any():
        return np.abs(seen).max() < 6
    return seen @ expected > 0.99 * np.linalg.norm(seen) * np.linalg.norm(expected)


def test_a_panel_shows_what_became_of_the_pixels(tmp_path):
    case = make_case()
    settled = case["boxes"].numpy().copy()
    settled[1, 8:10, 6:10], settled[1, 14:16, 6:10] = SETTLED, OUTSIDE
    BoxPictures(tmp_path, CLASSES).add(case, settled, epoch=12)
    start, later = read(tmp_path / "cell_1a2b" / "epoch_000.png"), read(tmp_path / "cell_1a2b" / "epoch_012.png")
    assert start.shape == later.shape == (400, 480, 3)  # enlarged, rows first
    assert looks(start, 9, 8, BLUE) and looks(start, 15, 8, BLUE) and looks(start, 2, 2, (128, 128, 128))
    assert looks(later, 9, 8, GREEN) and looks(later, 15, 8, RED) and looks(later, 12, 8, BLUE)
    # the outermost line of the box is its outline
    for picture in (start, later):
        for row, column in ((80, 200), (239, 200), (160, 120), (160, 359)):
            assert np.abs(picture[row, column] - YELLOW).max() < 16
        assert looks(picture, 5, 8, (128, 128, 128)) and looks(picture, 18, 8, (128, 128, 128))


def test_overlapping_boxes_all_keep_their_outlines(tmp_path):
    case = make_case()
    second = torch.zeros_like(case["box_layers"])
    second[0, 10:22, 8:16] = 2
    case |= {"box_layers": torch.cat([case["box_layers"], second]), "box_classes": torch.tensor([1, 1])}
    BoxPictures(tmp_path, CLASSES).add(case, case["boxes"].numpy(), epoch=1)
    picture = read(tmp_path / "cell_1a2b" / "epoch_000.png")
    for row, column in ((239, 220), (160, 220), (200, 359), (200, 200), (319, 400), (300, 439)):
        assert np.abs(picture[row, column] - YELLOW).max() < 16


def test_the_reference_is_shown_where_it_is_known(tmp_path):
    reference = np.zeros((24, 20))
    reference[8:12, 6:10], reference[20:22, 15:18] = 1, IGNORE
    BoxPictures(tmp_path, CLASSES).add(make_case(reference=reference), make_case()["boxes"].numpy(), epoch=1)
    picture = read(tmp_path / "cell_1a2b" / "reference.png")
    assert looks(picture, 9, 8, GREEN) and looks(picture, 15, 8, GREY) and looks(picture, 2, 2, GREY)


def test_classes_have_their_own_colours(tmp_path):
    case = make_case(count=4, k=3)
    settled = case["boxes"].numpy().copy()
    settled[3, 8:12, 6:10] = SETTLED
    BoxPictures(tmp_path, ["background", "car", "tree", "person"]).add(case, settled, epoch=1)
    picture = read(tmp_path / "cell_1a2b" / "epoch_001.png")
    assert looks(picture, 9, 8, class_colour(3, 4))
    assert np.abs(picture[80, 200] - class_colour(3, 4)).max() < 16


def strip_width(folder):
    """Number of panels in each row, found by their white gaps in the middle of the first row."""
    picture = read(folder / "cell_1a2b.png")
    dark = (picture.max(axis=-1) < 250).mean(axis=0) > 0.3
    return int((np.diff(dark.astype(int)) == 1).sum())


def test_the_strip_has_all_panels_in_order_of_the_epochs(tmp_path):
    case = make_case(reference=np.zeros((24, 20)))
    pictures = BoxPictures(tmp_path, CLASSES)
    captions = []
    for number, epoch in enumerate((9, 30)):
        settled = case["boxes"].numpy().copy()
        settled[1, 6:18, 4 : 8 + number] = OUTSIDE
        pictures.add(case, settled, epoch)
        assert strip_width(tmp_path) == 3 + number
    for name in ("epoch_000", "epoch_009", "epoch_030", "reference"):
        captions.append(Image.open(tmp_path / "cell_1a2b" / f"{name}.png").info["caption"])
    assert captions == ["start", "epoch 9: 50% settled", "epoch 30: 62% settled", "reference"]
    # a resumed run goes on with the strip
    BoxPictures(tmp_path, CLASSES).add(case, settled, 31)
    assert strip_width(tmp_path) == 5


def test_many_panels_take_several_rows(tmp_path):
    case, heights = make_case(), []
    for epoch in range(1, 6):
        BoxPictures(tmp_path, CLASSES).add(case, case["boxes"].numpy(), epoch)
        heights.append(len(read(tmp_path / "cell_1a2b.png")))
    assert heights[0] == heights[3] < heights[4]


def test_a_strip_of_a_long_training_leaves_out_panels_but_never_the_first_and_the_last(tmp_path):
    case = make_case()
    pictures = BoxPictures(tmp_path, CLASSES)
    folder = tmp_path / "cell_1a2b"
    pictures.add(case, case["boxes"].numpy(), epoch=1)
    for epoch in range(2, 60):
        (folder / f"epoch_{epoch:03d}.png").write_bytes((folder / "epoch_001.png").read_bytes())
    settled = np.where(case["boxes"].numpy() == INSIDE, OUTSIDE, case["boxes"].numpy())
    pictures.add(case, settled, epoch=60)
    strip = read(tmp_path / "cell_1a2b.png")
    rows = (np.abs(strip - 255).max(axis=-1) > 100).mean(axis=1) > 0.5
    assert (np.diff(rows.astype(int)) == 1).sum() == 4
    reddish = (strip[..., 0] - strip[..., 1:].max(axis=-1) > 40).sum(axis=1)[: len(strip) - 60]
    assert np.flatnonzero(reddish > 100).min() > len(strip) / 2  # on the last row alone


@pytest.mark.parametrize("flip", [1, -1])
def test_of_a_volume_the_slice_with_most_of_the_boxes_is_shown(tmp_path, flip):
    """Axes right, anterior, superior; whichever way they lie in the file, it is shown with the front upwards."""
    case = make_case(shape=(24, 20, 8), affine=np.diag([1.0, flip, 2.0, 1.0]))
    case["boxes"][1, 6:10, 4:12, 5] = UNKNOWN
    settled = case["boxes"].numpy().copy()
    settled[1, 12:16, 6:8, 3] = SETTLED
    BoxPictures(tmp_path, CLASSES).add(case, settled, epoch=1)
    picture = read(tmp_path / "cell_1a2b" / "epoch_001.png")
    assert picture.shape == (400, 480, 3)
    # slices 3 and 4 have as many; the first of them is shown
    row = 19 - 7 if flip == 1 else 7
    assert looks(picture, 14, row, GREEN) and looks(picture, 8, row, BLUE)
