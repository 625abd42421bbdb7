"""What the range of an image's values shows."""

from scripts.checking.measure_image import judge_spread
from scripts.checking.measure_values import Spread
from scripts.checking.record import ImageFacts


def judged(spread):
    facts, found = ImageFacts("/data/a.png"), []
    judge_spread(facts, spread, lambda check, message: found.append((check, message)))
    return facts, found


def test_range_is_kept():
    facts, found = judged(Spread(1.0, 4.0, 2.0, 0.5))
    assert (facts.minimum, facts.maximum, facts.mean, facts.std, found) == (1, 4, 2, 0.5, [])


def test_constant():
    _, [(check, message)] = judged(Spread(3.0, 3.0, 3.0, 0.0))
    assert check == "image-constant" and "/data/a.png: every value is 3" in message


def test_values_that_are_not_finite():
    _, [(check, message)] = judged(Spread(1.0, 4.0, 2.0, 0.5, odd=7))
    assert check == "image-not-finite" and "/data/a.png: 7 values are NaN or infinite" in message
    assert [check for check, _ in judged(Spread(odd=7))[1]] == ["image-not-finite"]
