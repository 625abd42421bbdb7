import json

from click.testing import CliRunner

from bundle.commands.demo import command


def test_writes_the_demo_and_names_the_datalists(tmp_path):
    out = tmp_path / "demo"
    arguments = ["--out", str(out), "--training", "1", "--validation", "1", "--test", "0", "--ratio", "0.1"]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    assert "datalist.json" in result.output and "datalist_dense.json" in result.output
    datalist = json.loads((out / "datalist.json").read_text())
    assert [len(datalist[section]) for section in ("training", "validation", "test")] == [1, 1, 0]
    assert datalist["training"][0]["drawing"]["requested_ratio"] == 0.1


def test_volumes_with_the_same_options(tmp_path):
    out = tmp_path / "demo"
    arguments = ["--flavour", "volume", "--out", str(out), "--training", "1", "--validation", "0", "--test", "0"]
    result = CliRunner().invoke(command, [*arguments, "--ratio", "0.1", "--quality", "clean", "--seed", "3"])
    assert result.exit_code == 0, result.output
    datalist = json.loads((out / "datalist.json").read_text())
    assert [len(datalist[section]) for section in ("training", "validation", "test")] == [1, 0, 0]
    assert datalist["dense_labels"] == {"background": 0, "anterior": 1, "posterior": 2}
    asked = {"seed": 3, "ratio": 0.1, "quality": "clean"}
    assert {key: datalist["provenance"][key] for key in asked} == asked


def test_wrong_options_exit_with_2(tmp_path):
    out = ["--out", str(tmp_path / "demo")]
    for arguments in ([], [*out, "--ratio", "0"], [*out, "--training", "0"], [*out, "--flavour", "brain"]):
        assert CliRunner().invoke(command, arguments).exit_code == 2
    assert list(tmp_path.iterdir()) == []
