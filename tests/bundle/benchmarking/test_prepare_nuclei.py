import json

from benchmark_data import write_bar

from bundle.benchmarking.prepare_nuclei import prepare_nuclei


def test_67_test_images_and_the_rest_for_training(tmp_path):
    for number in range(70):
        write_bar(tmp_path / "data", {"image": "images", "mask": "masks"}, number)
    folder = prepare_nuclei(tmp_path / "data", tmp_path / "out", "clean", 0.5, 0)
    content = json.loads((folder / "datalist.json").read_text())
    assert [len(content[section]) for section in ("training", "validation", "test")] == [3, 1, 67]
    assert content["labels"]["nucleus"] == 1 and content["dense_labels"] == {"background": 0, "nucleus": 255}
