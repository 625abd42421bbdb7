from bundle.exporting.code_files import copy_code


def test_templates_travel_and_leavings_do_not(tmp_path):
    source = tmp_path / "scripts"
    for name in ("a.py", "b/c.html", "b/c.css", "__pycache__/a.pyc", "b/.hidden", "a.py~"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    copy_code(source, tmp_path / "out")
    found = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert found == {"a.py", "b/c.html", "b/c.css"}
