"""Two bundles in one server, each with its own version of the package ``scripts``."""

import numpy as np
from PIL import Image
from server_support import run_inference


def test_each_bundle_answers_with_its_own_code(server, exported_fundus, another_fundus, studies, tmp_path):
    expected = {
        bundle.name: np.asarray(Image.open(run_inference(bundle, studies, tmp_path / bundle.name) / "photo0_seg.png"))
        for bundle in (exported_fundus, another_fundus)
    }
    assert not np.array_equal(*expected.values())
    for name in ("fundus", "another", "fundus", "another"):
        assert np.array_equal(Image.open(server.infer(name, "photo0").save(tmp_path)), expected[name])


def test_a_training_of_one_does_not_touch_the_other(server, fundus, photographs, hand_in, studies, tmp_path):
    before = server.infer("another", "photo0").body
    for case in photographs[:3]:
        hand_in(case.name, case.drawing)
    server.train("fundus", max_epochs=2)
    assert server.infer("another", "photo0").body == before
    expected = Image.open(run_inference(fundus, studies, tmp_path / "out") / "photo0_seg.png")
    assert np.array_equal(Image.open(server.infer("fundus", "photo0").save(tmp_path)), expected)
