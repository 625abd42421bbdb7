import pytest
from click.testing import CliRunner

from bundle.commands.fetch import command


@pytest.mark.parametrize(
    "name, told",
    [
        ("cityscapes", "each user needs an account"),
        ("camvid", "11 void"),
        ("nuclei", "CC0"),
    ],
)
def test_what_is_not_downloaded_is_explained(tmp_path, name, told):
    result = CliRunner().invoke(command, [name, "--out", str(tmp_path / "out")])
    assert result.exit_code == 1 and f"{name} is not downloaded" in result.output and told in result.output
    assert not (tmp_path / "out").exists()


def test_an_existing_file_is_checked_and_not_downloaded(tmp_path):
    (tmp_path / "mnist.npz").write_bytes(b"something else")
    result = CliRunner().invoke(command, ["mnist", "--out", str(tmp_path)])
    assert result.exit_code == 1 and "has the SHA-256" in str(result.exception)
    assert "CC BY-SA 3.0" in result.output


def test_unknown_names_exit_with_2():
    result = CliRunner().invoke(command, ["imagenet"])
    assert result.exit_code == 2 and "hippocampus" in result.output


def test_names_are_those_of_the_benchmark():
    from bundle.benchmarking.data_sets import DATA_SETS

    assert sorted(command.params[0].type.choices) == sorted(DATA_SETS)
