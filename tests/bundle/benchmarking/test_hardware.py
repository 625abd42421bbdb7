import subprocess

from bundle.benchmarking.hardware import code_version, hardware_name, library_versions


def _git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, "-C", folder, *arguments], check=True, capture_output=True)


def test_commit_and_changes(tmp_path):
    assert code_version(tmp_path) == ""
    _git(tmp_path, "init")
    (tmp_path / "LICENSE").write_text("1")
    _git(tmp_path, "add", "LICENSE")
    _git(tmp_path, "commit", "-m", "a")
    commit = code_version(tmp_path)
    assert len(commit) == 40
    (tmp_path / "results").write_text("1")
    assert code_version(tmp_path) == commit
    (tmp_path / "LICENSE").write_text("2")
    assert code_version(tmp_path) == f"{commit}+changes"


def test_names_are_known():
    assert hardware_name()
    assert set(library_versions()) == {"torch", "monai", "python"} and all(library_versions().values())
