import hashlib
import io
import signal
import subprocess
import sys
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bundle.benchmarking.fetch import fetch
from bundle.benchmarking.sources import Source
from bundle.benchmarking.unpack import unpack_decathlon
from scripts.errors import DataError


def archive():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        for folder in ("imagesTr", "labelsTr"):
            info = tarfile.TarInfo(f"Task04/{folder}/one.nii.gz")
            info.size = 6
            file.addfile(info, io.BytesIO(b"volume"))
    return buffer.getvalue()


CONTENT = archive()
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()
OTHER = "0" * 64


class Handler(BaseHTTPRequestHandler):
    """/file is whole, /truncated ends before its length, /other is another file, /stalled waits in the middle."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/missing":
            self.send_error(404)
            return
        body = CONTENT[: len(CONTENT) // 2] if self.path == "/truncated" else CONTENT
        body = body[:100] if self.path == "/stalled" else body
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(body[::-1] if self.path == "/other" else body)
        if self.path == "/stalled":
            self.server.released.wait(60)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked, server.released = [], threading.Event()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


def source(server, path="/file", sha256=CHECKSUM, unpack=None):
    names = ("images", "labels") if unpack else ()
    url = f"http://127.0.0.1:{server.server_port}{path}"
    return Source("hippocampus", url, "set.tar", sha256, "free", names, unpack)


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_downloads_once_and_unpacks(server, tmp_path):
    asked = source(server, unpack=unpack_decathlon)
    for _ in range(2):
        assert fetch(asked, tmp_path / "out", progress=False) == tmp_path / "out"
    assert server.asked == ["/file"]
    assert files(tmp_path / "out") == ["images/one.nii.gz", "labels/one.nii.gz", "set.tar"]
    assert (tmp_path / "out" / "set.tar").read_bytes() == CONTENT


@pytest.mark.parametrize("path", ["/truncated", "/other", "/missing"])
def test_a_bad_download_leaves_nothing(server, tmp_path, path):
    with pytest.raises(DataError, match=f"127.0.0.1:.*{path} cannot be downloaded"):
        fetch(source(server, path), tmp_path / "out", progress=False)
    assert files(tmp_path) == []
    # and does not stand in the way of a good one
    fetch(source(server), tmp_path / "out", progress=False)
    assert files(tmp_path / "out") == ["set.tar"]


def test_a_truncated_file_without_a_checksum_is_noticed(server, tmp_path):
    with pytest.raises(DataError, match="cannot be downloaded"):
        fetch(source(server, "/truncated", None), tmp_path / "out", progress=False)
    assert files(tmp_path) == []


def test_an_interrupted_download_leaves_nothing(server, tmp_path):
    code = (
        # a shell lets jobs in its background ignore interrupts, and so would what they start
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from pathlib import Path; from bundle.benchmarking.fetch import fetch; "
        "from bundle.benchmarking.sources import Source; "
        f"fetch(Source('mnist', 'http://127.0.0.1:{server.server_port}/stalled', 'set.tar', '{CHECKSUM}', 'free'), "
        f"Path({str(tmp_path / 'out')!r}))"
    )
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen([sys.executable, "-c", code], cwd=root, stderr=subprocess.PIPE, text=True)
    try:
        end = time.monotonic() + 60
        while not server.asked and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert server.asked == ["/stalled"] and "KeyboardInterrupt" in told
    assert files(tmp_path) == []


def test_nobody_listens(server, tmp_path):
    url = "http://127.0.0.1:9/file"
    with pytest.raises(DataError, match="cannot be downloaded"):
        fetch(Source("mnist", url, "set.tar", CHECKSUM, "free"), tmp_path / "out", progress=False)


def test_an_existing_file_of_another_content_is_kept_and_refused(server, tmp_path):
    (tmp_path / "set.tar").write_bytes(b"of the user")
    with pytest.raises(DataError, match=f"set.tar has the SHA-256 .* expected {CHECKSUM}"):
        fetch(source(server), tmp_path, progress=False)
    assert (tmp_path / "set.tar").read_bytes() == b"of the user" and server.asked == []


def test_without_a_published_checksum_the_user_confirms_the_one_that_is_shown(server, tmp_path):
    asked = source(server, sha256=None, unpack=unpack_decathlon)
    with pytest.raises(DataError, match=f"not unpacked. Its SHA-256 is {CHECKSUM}"):
        fetch(asked, tmp_path, progress=False)
    assert files(tmp_path) == ["set.tar"]
    with pytest.raises(DataError, match="damaged or another file"):
        fetch(asked, tmp_path, sha256=OTHER, progress=False)
    fetch(asked, tmp_path, sha256=CHECKSUM.upper(), progress=False)
    assert server.asked == ["/file"]
    assert files(tmp_path) == ["images/one.nii.gz", "labels/one.nii.gz", "set.tar"]


def test_a_known_checksum_is_not_overruled(server, tmp_path):
    with pytest.raises(DataError, match=f"the known checksum of set.tar is {CHECKSUM}"):
        fetch(source(server), tmp_path, sha256=OTHER, progress=False)
    assert server.asked == []


def test_folders_of_the_user_are_not_replaced(server, tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "mine.png").write_bytes(b"mine")
    with pytest.raises(DataError, match="holds images, but not all of images, labels"):
        fetch(source(server, unpack=unpack_decathlon), tmp_path, progress=False)
    assert (tmp_path / "images" / "mine.png").read_bytes() == b"mine"
