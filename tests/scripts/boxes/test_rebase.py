from scripts.boxes.rebase import rebase_datalist


def test_relative_paths_start_from_the_other_folder(tmp_path):
    content = {
        "dense_labels": {"background": 0},
        "boxes": "coco.json",
        "reference": "a hospital",
        "training": [{"image": "i/1.png", "label": None, "reference": "m/1.png", "boxes": "b/1.json", "subject": "1"}],
        "validation": [{"image": "/data/2.png", "label": "m/2.png", "boxes": [{"class": "a", "box": [0, 0, 1, 1]}]}],
    }
    rebased = rebase_datalist(content, tmp_path / "data", tmp_path / "out")
    assert rebased["boxes"] == "../data/coco.json" and rebased["dense_labels"] == {"background": 0}
    assert rebased["reference"] == "a hospital"
    assert rebased["training"] == [
        {
            "image": "../data/i/1.png",
            "label": None,
            "reference": "../data/m/1.png",
            "boxes": "../data/b/1.json",
            "subject": "1",
        }
    ]
    assert rebased["validation"][0]["image"] == "/data/2.png" and rebased["validation"][0]["label"] == "../data/m/2.png"
    assert content["training"][0]["image"] == "i/1.png"
