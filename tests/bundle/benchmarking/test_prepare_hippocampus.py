import json

from benchmark_data import write_hippocampus

from bundle.benchmarking.prepare_hippocampus import prepare_hippocampus


def test_volumes_drawn_in_3d_with_background(tmp_path):
    write_hippocampus(tmp_path / "data", 18)
    folder = prepare_hippocampus(tmp_path / "data", tmp_path / "out", "clean", 0.3, 0)
    content = json.loads((folder / "datalist.json").read_text())
    assert [len(content[section]) for section in ("training", "validation", "test")] == [3, 1, 15]
    assert content["dense_labels"] == {"background": 0, "anterior": 1, "posterior": 2}
    assert content["labels"] == {
        "anterior": 1,
        "not anterior": 2,
        "posterior": 3,
        "not posterior": 4,
        "background": 5,
        "ignore": 255,
    }
    assert all(case["plane"] == "volume" and case["drawing"]["background_share"] > 0 for case in content["training"])
    assert all((folder / case["label"]).is_file() for case in content["training"])
