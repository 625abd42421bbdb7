import json

import pytest

from scripts.boxes.compact_json import compact_json


def test_lists_of_numbers_take_one_line():
    assert compact_json({"box": [1, -2.5, 1e-07], "more": [[3]]}) == (
        '{\n "box": [1, -2.5, 1e-07],\n "more": [\n  [3]\n ]\n}\n'
    )


@pytest.mark.parametrize("content", [[], {}, ["[\n 1,\n 2\n]", 'a "[\n1\n]" \\'], [1, "a", None], [[1, 2], [True]]])
def test_nothing_is_changed(content):
    assert json.loads(compact_json(content)) == content
