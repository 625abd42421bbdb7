from scripts.drawing.quality import QUALITIES


def test_qualities_are_ordered():
    clean, realistic, bad = (QUALITIES[name] for name in ("clean", "realistic", "bad"))
    for better, worse in ((clean, realistic), (realistic, bad)):
        assert better.positive_precision[0] > worse.positive_precision[1]
        assert better.negative_precision[0] > worse.negative_precision[1]
        assert better.hallucinated < worse.hallucinated
        assert better.fractures < worse.fractures
