import numpy as np
import pytest
import torch
from PIL import Image

from bundle.rank_images import RankedImage, rank_images, ranking_table, write_ranking
from bundle.rank_settings import RankTarget
from scripts.data import PhotographReader
from scripts.errors import DataError, SettingError


class Brightness(torch.nn.Module):
    """Foreground is as probable as a pixel is bright."""

    def forward(self, image):
        bright = image[:, :1] / 255
        return torch.cat([1 - bright, bright], dim=1).clamp_min(1e-6).log()


def load(case):
    reader = PhotographReader()
    array, _ = reader.get_data(reader.read(case["image"]))
    return {"image": torch.as_tensor(np.moveaxis(array, -1, 0).astype(np.float32))}


def target(folder, levels):
    """One even picture per level of grey."""
    images = []
    for name, level in levels.items():
        images.append(str(folder / f"{name}.png"))
        Image.fromarray(np.full((8, 6, 3), level, np.uint8)).save(images[-1])
    return RankTarget(images, load, lambda image, net: net(image), Brightness(), torch.device("cpu"), folder)


def test_the_most_uncertain_image_comes_first(tmp_path):
    ranked, problems = rank_images(target(tmp_path, {"bright": 250, "doubtful": 127, "dim": 60}))
    assert [entry.image.split("/")[-1] for entry in ranked] == ["doubtful.png", "dim.png", "bright.png"]
    assert ranked[0].score == pytest.approx(1, abs=1e-3) and [e.foreground_share for e in ranked] == [0, 0, 1]
    assert problems == []


def test_an_unreadable_image_is_named_and_left_out(tmp_path):
    wanted = target(tmp_path, {"a": 100, "broken": 100})
    (tmp_path / "broken.png").write_bytes(b"nonsense")
    ranked, problems = rank_images(wanted)
    assert len(ranked) == len(problems) == 1 and "broken.png" in problems[0]


def test_it_ends_when_no_image_can_be_read(tmp_path):
    wanted = target(tmp_path, {"broken": 100})
    (tmp_path / "broken.png").write_bytes(b"nonsense")
    with pytest.raises(DataError, match="none of the images could be scored:\n.*broken.png"):
        rank_images(wanted)


def test_the_table_is_written_whole(tmp_path):
    write_ranking([RankedImage("b.png", 0.75, 0.125), RankedImage("a.png", 0.5, 0)], tmp_path / "new" / "ranking.csv")
    assert (tmp_path / "new" / "ranking.csv").read_text().splitlines() == [
        "image,score,foreground_share",
        "b.png,0.750000,0.125000",
        "a.png,0.500000,0.000000",
    ]


def test_a_table_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="ranking.csv cannot be written .* --out"):
        write_ranking([], tmp_path / "file" / "ranking.csv")


def test_the_printed_table_ends_after_the_first_rows():
    text = ranking_table([RankedImage("b.png", 0.75, 0.125), RankedImage("a.png", 0.5, 0)], top=1)
    assert "b.png" in text and "12.50%" in text and "a.png" not in text and text.endswith("... and 1 more")
