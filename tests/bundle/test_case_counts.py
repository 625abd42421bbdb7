import click
import pytest

from bundle.case_counts import CountOrShare, DenseShare


@pytest.mark.parametrize("value, expected", [("0", 0), ("0.25", 0.25), ("1", 1), ("12", 12)])
def test_number_or_share(value, expected):
    assert CountOrShare().convert(value, None, None) == DenseShare().convert(value, None, None) == expected


@pytest.mark.parametrize("kind", [CountOrShare, DenseShare])
@pytest.mark.parametrize("value", ["1.5", "-1", "some", "nan", "inf"])
def test_neither(kind, value):
    with pytest.raises(click.BadParameter, match="share"):
        kind().convert(value, None, None)
