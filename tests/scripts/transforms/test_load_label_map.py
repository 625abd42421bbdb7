"""The dictionary transform that loads label maps."""

import numpy as np
from PIL import Image

from scripts.transforms import LoadLabelMapd


def test_loads_what_a_case_has_and_remembers_the_file(tmp_path):
    Image.fromarray(np.eye(4, 6, dtype=np.uint8)).save(tmp_path / "a.png")
    loaded = LoadLabelMapd(["label", "field_of_view"])({"label": str(tmp_path / "a.png"), "image_path": "x.png"})
    assert loaded["label"].shape == (1, 6, 4)
    assert loaded["label"].meta["filename_or_obj"].endswith("a.png")
    assert "field_of_view" not in loaded and loaded["image_path"] == "x.png"
