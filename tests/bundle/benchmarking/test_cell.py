from bundle.benchmarking.cell import Cell


def test_names():
    assert Cell("retina", "default", 0.3, "realistic", 1).name == "default-realistic-r0.3-s1"
    assert Cell("retina", "default", 1.0, "clean", 0).name == "default-clean-r1-s0"
    assert Cell("retina", "dense_masks", None, "dense", 2).name == "dense_masks-dense-s2"
