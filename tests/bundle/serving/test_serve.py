import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bundle.serving.serve import environment_folder, lay_out_app, run_server, server_command, server_variables
from bundle.virtual_environment import ROOT
from scripts.errors import SettingError

# starts another process, as a server starts its trainings, and tells both ids
FAMILY = """
import json, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
import os
part = pathlib.Path("ids.part")
part.write_text(json.dumps([os.getpid(), child.pid]))
part.rename("ids.json")
time.sleep(60)
"""


def alive(process: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return listed.strip() not in ("",) and not listed.strip().startswith("Z")


def wait_until(condition, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_app_is_the_code_and_links_to_bundles(make_bundle, tmp_path):
    bundle, folder = make_bundle(), tmp_path / "app"
    lay_out_app(folder, {"vessels": bundle})
    assert {"main.py", "guarded.py", "lib", "model"} == {path.name for path in folder.iterdir()}
    assert (folder / "model" / "vessels").resolve() == bundle and (folder / "lib" / "infer.py").is_file()


def test_a_second_start_keeps_logs_and_forgets_former_bundles(make_bundle, tmp_path):
    folder = tmp_path / "app"
    lay_out_app(folder, {"first": make_bundle("first")})
    (folder / "logs").mkdir()
    (folder / "lib" / "outdated.py").touch()
    lay_out_app(folder, {"second": make_bundle("second")})
    assert [path.name for path in (folder / "model").iterdir()] == ["second"]
    assert (folder / "logs").is_dir() and not (folder / "lib" / "outdated.py").exists()
    assert (tmp_path / "first" / "models" / "model.pt").is_file()


def test_a_folder_of_something_else_is_refused(make_bundle, tmp_path):
    with pytest.raises(SettingError, match="is not the folder of an app"):
        lay_out_app(make_bundle(), {})
    lay_out_app(tmp_path / "app", {})
    (tmp_path / "app" / "model" / "mine").mkdir()
    with pytest.raises(SettingError, match="mine, which is no link to a bundle"):
        lay_out_app(tmp_path / "app", {})


def test_the_app_imports_nothing_that_only_the_project_has():
    for path in (ROOT / "bundle" / "serving" / "app").rglob("*.py"):
        lines = [line.split()[1] for line in path.read_text().splitlines() if line.startswith(("import ", "from "))]
        assert not [name for name in lines if name.split(".")[0] in ("bundle", "scripts")], path


def test_paths_reach_the_server_absolute_and_with_their_spaces(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = server_command(Path("/venv"), Path("an app"), Path("the studies"), ["a", "b"], "127.0.0.1", 8001)
    assert command[:4] == ["/venv/bin/python", "-m", "monailabel.main", "start_server"]
    options = dict(zip(command[4::2], command[5::2]))
    assert options["--app"] == str(tmp_path / "an app") and options["--studies"] == str(tmp_path / "the studies")
    assert command[command.index("--conf") + 1 :][:2] == ["models", "a,b"]
    assert command[-6:] == ["--host", "127.0.0.1", "--port", "8001", "--uvicorn_app", "guarded:app"]


def test_the_server_sees_its_own_environment_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("MONAI_LABEL_INFER_TIMEOUT", "9")
    variables = server_variables(Path("/venv"), tmp_path, "127.0.0.1", scoring=False)
    assert "PYTHONPATH" not in variables and variables["PATH"].startswith("/venv/bin" + os.pathsep)
    assert variables["MONAI_LABEL_AUTO_UPDATE_SCORING"] == "false" and variables["MONAI_LABEL_INFER_TIMEOUT"] == "9"
    assert "*" not in variables["COARSE_LABEL_HOSTS"]
    others = server_variables(Path("/venv"), tmp_path, "0.0.0.0", temporary=tmp_path / "sent")
    assert others["COARSE_LABEL_HOSTS"] == "*" and others["TMPDIR"] == str(tmp_path / "sent")


def test_the_environment_can_be_named(monkeypatch):
    monkeypatch.delenv("MONAILABEL_VENV", raising=False)
    assert environment_folder() == ROOT / ".venv-monailabel"
    monkeypatch.setenv("MONAILABEL_VENV", "/opt/server")
    assert environment_folder() == Path("/opt/server")


def test_the_status_of_a_server_that_ends_by_itself(tmp_path):
    assert run_server([sys.executable, "-c", "raise SystemExit(3)"], os.environ, tmp_path) == 3


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_stopping_ends_the_server_and_what_it_started(sign, tmp_path):
    code = (
        "import os, sys, pathlib; from bundle.serving.serve import run_server; "
        f"sys.exit(run_server([sys.executable, '-c', {FAMILY!r}], os.environ, pathlib.Path({str(tmp_path)!r})))"
    )
    serving = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        wait_until((tmp_path / "ids.json").exists)
        family = json.loads((tmp_path / "ids.json").read_text())
        assert all(map(alive, family))
        serving.send_signal(sign)
        assert serving.wait(20) == 0
        wait_until(lambda: not any(map(alive, family)))
    finally:
        serving.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells a process that its parent was killed")
def test_a_server_does_not_outlive_a_command_that_is_killed(tmp_path):
    code = (
        "import os, sys, pathlib; from bundle.serving.serve import run_server; "
        f"sys.exit(run_server([sys.executable, '-c', {FAMILY!r}], os.environ, pathlib.Path({str(tmp_path)!r})))"
    )
    serving = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    wait_until((tmp_path / "ids.json").exists)
    server, training = json.loads((tmp_path / "ids.json").read_text())
    serving.kill()
    try:
        wait_until(lambda: not alive(server))
    finally:
        os.kill(training, signal.SIGKILL)
