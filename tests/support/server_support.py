"""A real MONAI Label server on a free port of this machine, and what its clients ask of it."""

from __future__ import annotations

import contextlib
import email
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests_support import ROOT

#: Seconds that a start, one request and one short training may take on a busy machine.
START, REQUEST, TRAINING = 180, 120, 240
#: What the process of a training has on its command line.
_TRAINING_PROCESS = "monailabel.interfaces.utils.app"
_TAIL = 4000


def server_python() -> Path:
    """The Python of the server's environment, which ``MONAILABEL_VENV`` names; it may be missing."""
    environment = Path(os.environ.get("MONAILABEL_VENV", ".venv-monailabel"))
    return ROOT / environment / "bin" / "python"


@dataclass(frozen=True)
class Reply:
    """What the server answered.

    Attributes:
        status: of HTTP.
        content_type: of the body.
        body: as it came.
        name: of the file, where it is one.
    """

    status: int
    content_type: str
    body: bytes
    name: str = ""

    def json(self) -> Any:
        """The body of an answer that is JSON."""
        assert self.status == 200, f"{self.status}: {self.body[:2000]!r}"
        return json.loads(self.body)

    def save(self, folder: Path) -> Path:
        """The body of an answer that is a file, as a file that ends as the server says."""
        assert self.status == 200, f"{self.status}: {self.body[:2000]!r}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{uuid.uuid4().hex}_{self.name}"
        path.write_bytes(self.body)
        return path

    def parts(self) -> dict[str, Reply]:
        """The parts, by name, of an answer of several."""
        assert self.status == 200, f"{self.status}: {self.body[:2000]!r}"
        message = email.message_from_bytes(b"Content-Type: " + self.content_type.encode() + b"\r\n\r\n" + self.body)
        return {
            part.get_param("name", header="content-disposition"): Reply(
                200, part.get_content_type(), part.get_payload(decode=True), part.get_filename() or ""
            )
            for part in message.get_payload()
        }


class Server:
    """A server that runs.

    Args:
        url: of its root.
        process: that leads its process group.
        log: file that gets what it and its trainings print.
    """

    def __init__(self, url: str, process: subprocess.Popen, log: Path) -> None:
        self.url = url
        self.process = process
        self.log = log
        # whatever proxy the machine has is not for itself
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def request(
        self,
        method: str,
        path: str,
        query: dict[str, Any] | None = None,
        *,
        fields: dict[str, str] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
        content: Any = None,
    ) -> Reply:
        """One request.

        Args:
            method: of HTTP.
            path: below the root.
            query: behind the path.
            fields: of a form.
            files: of the form, each its name and content.
            content: sent as JSON instead of a form.
        """
        body, headers = None, {}
        if content is not None:
            body, headers = json.dumps(content).encode(), {"Content-Type": "application/json"}
        elif fields or files:
            body, kind = _form(fields or {}, files or {})
            headers = {"Content-Type": kind}
        address = self.url + path + (f"?{urlencode(query)}" if query else "")
        request = urllib.request.Request(address, data=body, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=REQUEST) as answer:
                return _reply(answer)
        except urllib.error.HTTPError as error:
            with error:
                return _reply(error)
        except OSError as error:
            raise AssertionError(f"{method} {address}: {error}\n{self.tail()}") from error

    def info(self) -> dict[str, Any]:
        """What the server offers."""
        return self.request("GET", "/info/").json()

    def infer(
        self,
        model: str,
        image: str = "",
        *,
        output: str | None = "image",
        output_of: str | None = None,
        file: Path | None = None,
        **params: Any,
    ) -> Reply:
        """Segment an image of the studies.

        Args:
            model: its name.
            image: its id.
            output: what to answer, ``image`` or ``json``; None for both as parts.
            output_of: which map of the bundle, such as ``probability``; None for what it gives unasked.
            file: sent along, instead of an image of the studies.
            params: options of the request.
        """
        if output_of is not None:
            params["output"] = output_of
        query = {"image": image} if output is None else {"image": image, "output": output}
        files = {} if file is None else {"file": (file.name, file.read_bytes())}
        return self.request(
            "POST", f"/infer/{model}", query, fields={"params": json.dumps({"device": "cpu", **params})}, files=files
        )

    def save_label(self, image: str, file: Path) -> Reply:
        """Hand in a drawing, as an annotator's viewer does."""
        return self.request(
            "PUT",
            "/datastore/label",
            {"image": image, "tag": "final"},
            fields={"params": "{}"},
            files={"label": (file.name, file.read_bytes())},
        )

    def start_training(self, model: str, **params: Any) -> dict[str, Any]:
        """Start a training and return at once; the answer is its task."""
        options = {"device": "cpu", "max_epochs": 1, "val_split": 0.34, "multi_gpu": False, **params}
        return self.request("POST", f"/train/{model}", content=options).json()

    def wait(self, task: dict[str, Any], seconds: float = TRAINING) -> dict[str, Any]:
        """Wait for a training to end in whatever way."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            task = self.task(task["id"])
            if task["status"] not in ("SUBMITTED", "RUNNING"):
                return task
            time.sleep(0.5)
        self.request("DELETE", "/train/")
        raise AssertionError(f"the training took more than {seconds} s:\n{self.explain(task)}")

    def task(self, identity: str) -> dict[str, Any]:
        """A task as it stands."""
        tasks = self.request("GET", "/train/", {"all": "true"}).json()
        return next(task for task in tasks if task["id"] == identity)

    def train(self, model: str, *, expect: str = "DONE", **params: Any) -> str:
        """Train to the end, check how it ended, and return what was logged meanwhile."""
        before = self.log.stat().st_size
        task = self.wait(self.start_training(model, **params))
        assert task["status"] == expect, f"ended {task['status']}, expected {expect}:\n{self.explain(task)}"
        return self.logged(before)

    def training_processes(self) -> list[int]:
        """Ids of the processes that train."""
        return [pid for pid, command in self._group() if _TRAINING_PROCESS in command]

    def logged(self, start: int = 0) -> str:
        """The log from a place on, without colours."""
        with self.log.open("rb") as log:
            log.seek(start)
            return re.sub(r"\x1b\[[0-9;]*m", "", log.read().decode(errors="replace"))

    def tail(self) -> str:
        """The end of the log."""
        return f"{self.log}:\n...{self.logged(max(0, self.log.stat().st_size - _TAIL))}"

    def explain(self, task: dict[str, Any]) -> str:
        """The last lines of a training and of the log."""
        return "\n".join([*(task.get("details") or []), "", self.tail()])

    def stop(self) -> None:
        """End the server and all that it started.

        Raises:
            AssertionError: when a process is left.
        """
        for sign, seconds in ((signal.SIGTERM, 15), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                self.process.poll()  # takes the status of one that ended, which else would be listed on
                if not self._group():
                    return
                time.sleep(0.2)
        raise AssertionError(f"still running: {self._group()}")

    def _group(self) -> list[tuple[int, str]]:
        """Id and command line of each process of the server that has not ended."""
        # -ww, since ps cuts lines to the variable COLUMNS, and a long path of the environment would hide what runs
        listed = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,pgid=,stat=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(maxsplit=3) for line in listed.stdout.splitlines()]
        return [
            (int(row[0]), row[-1]) for row in rows if row[1] == str(self.process.pid) and not row[2].startswith("Z")
        ]


@contextlib.contextmanager
def running_server(bundles: Sequence[Path], studies: Path, folder: Path, *options: str) -> Iterator[Server]:
    """Serve bundles as a user does, on a free port, for as long as the context lasts.

    Args:
        bundles: exported ones.
        studies: folder of images.
        folder: gets ``server.log``.
        options: of ``python -m bundle serve``.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bundle", "serve", "--studies", str(studies), "--port", str(port), *options]
    for bundle in bundles:
        command += ["--bundle", str(bundle)]
    # one thread, since sums in another order would differ in the last digits
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONUNBUFFERED": "1",
        "MONAILABEL_VENV": str(server_python().parents[1]),
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_for_start(server)
        yield server
    finally:
        server.stop()


def run_inference(bundle: Path, images: Path, out: Path) -> Path:
    """What the command line writes in the folder of an exported bundle: masks, probabilities and uncertainties."""
    command = [sys.executable, "-m", "monai.bundle", "run", "inferring", "--config_file", "configs/inference.json"]
    command += ["--dataset_dir", str(images), "--output_dir", str(out)]
    command += ["--save_probability", "True", "--save_uncertainty", "True"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    result = subprocess.run(command, cwd=bundle, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, f"{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
    return out


def _wait_for_start(server: Server) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        assert server.process.poll() is None, f"the server ended with {server.process.returncode}:\n{server.tail()}"
        with contextlib.suppress(AssertionError):
            server.info()
            return
        time.sleep(0.5)
    raise AssertionError(f"the server did not answer within {START} s:\n{server.tail()}")


def _form(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """Body and content type of a form with files."""
    boundary = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        parts.append((f'name="{name}"', value.encode()))
    for name, (file, content) in files.items():
        parts.append((f'name="{name}"; filename="{file}"\r\nContent-Type: application/octet-stream', content))
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _reply(answer: Any) -> Reply:
    return Reply(
        answer.status, answer.headers.get("Content-Type", ""), answer.read(), answer.headers.get_filename() or ""
    )
