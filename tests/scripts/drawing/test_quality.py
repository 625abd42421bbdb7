from dataclasses import fields

import pytest

from scripts.drawing.quality import QUALITIES, SINGLE_MISTAKES


def test_qualities_are_ordered():
    clean, realistic, bad = (QUALITIES[name] for name in ("clean", "realistic", "bad"))
    for better, worse in ((clean, realistic), (realistic, bad)):
        assert better.positive_precision[0] > worse.positive_precision[1]
        assert better.negative_precision[0] > worse.negative_precision[1]
        assert better.hallucinated < worse.hallucinated
        assert better.fractures < worse.fractures


@pytest.mark.parametrize("name", SINGLE_MISTAKES)
def test_a_single_mistake_leaves_all_else_clean(name):
    clean, quality = QUALITIES["clean"], SINGLE_MISTAKES[name]
    differing = {field.name for field in fields(quality) if getattr(quality, field.name) != getattr(clean, field.name)}
    kinds = {"thick", "displaced", "thin"}
    if name == "overlooked":
        assert differing == {"negative_precision"}
    else:
        assert differing - {"hallucinated"} == kinds | {"positive_precision"}
        assert sum(getattr(quality, kind) > 0 for kind in kinds) + (quality.hallucinated > 0) == 1
