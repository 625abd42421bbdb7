"""The how-to pages on deployment: their commands run in their order, on a server that they have started themselves."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from howto_support import bash_blocks
from PIL import Image
from server_studies import dice
from server_support import START, Server, run_inference, server_python
from tests_support import ROOT

from scripts.model_record import read_record

PAGES = ROOT / "docs" / "how-to"
NAMES = ("p01_left", "p02_left", "p03_left", "p04_left", "p05_left", "p06_left", "p07_left")
DRAWN, MEASURED = NAMES[1:4], NAMES[5:]
_JSON = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"(?<![\w/.-])python(?= -m )")


@dataclass
class Site:
    """A reader's folders, and the server that runs in them.

    Attributes:
        mine: stands for ``/data/mine``.
        studies: stands for ``/data/studies``.
        root: stands for the root of the repository.
        port: stands for 8000.
        server: once it runs.
    """

    mine: Path
    studies: Path
    root: Path
    port: int
    server: Server | None = None

    @property
    def bundle(self) -> Path:
        return self.mine / "deploy" / "vessels"

    def here(self, text: str) -> str:
        """A text of a page with these folders, this port and this interpreter, and with a short training."""
        text = text.replace("/data/mine", str(self.mine)).replace("/data/studies", str(self.studies))
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}").replace('"max_epochs": 60', '"max_epochs": 2')
        # whatever proxy the machine has is not for itself
        text = text.replace("curl --fail", "curl --noproxy '*' --silent --show-error --fail")
        return _PYTHON.sub(lambda _: shlex.quote(sys.executable), text)

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "CUDA_VISIBLE_DEVICES": "",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "MONAILABEL_VENV": str(server_python().parents[1]),
        }

    def run(self, block: str) -> str:
        """Run a block of commands as they stand on a page, and return what they print."""
        result = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.here(block)],
            cwd=self.root,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, f"{block}\nended with {result.returncode}:\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def start(self, block: str) -> None:
        """Run a block whose command does not end, until the server answers."""
        log = self.mine / "server.log"
        command = self.here(f"exec {block.strip()} --port {self.port}")
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["bash", "-c", command],
                cwd=self.root,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.server = Server(f"http://127.0.0.1:{self.port}", process, log)
        until = time.monotonic() + START
        while True:
            assert process.poll() is None and time.monotonic() < until, self.server.tail()
            try:
                self.server.info()
                return
            except AssertionError:
                time.sleep(0.5)


def blocks(page: str) -> list[str]:
    return bash_blocks(PAGES / f"{page}.md")


def with_models_of(bundle: Path, models: Path) -> Path:
    """A copy of a bundle with other models."""
    copy = models.with_name("copy")
    shutil.copytree(bundle, copy, ignore=lambda folder, _: ("eval", "models") if folder == str(bundle) else ())
    shutil.copytree(models, copy / "models")
    return copy


def picture(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


@pytest.fixture(scope="module")
def site(exported_fundus, photographs, tmp_path_factory):
    """A reader's folders before the first command."""
    folder = tmp_path_factory.mktemp("howto")
    mine, studies, root = folder / "mine", folder / "studies", folder / "root"
    # what was trained, with the overlay that it was trained with
    shutil.copytree(exported_fundus.parent / "trained" / "models", mine / "models")
    (mine / "set").mkdir()
    shutil.copy(exported_fundus.parent / "quick.json", mine / "set" / "classes.json")
    for kind in ("images", "masks", "drawings"):
        (mine / kind).mkdir()
        for name, case in zip(NAMES, photographs):
            shutil.copy(case.image.parents[1] / kind / case.image.name, mine / kind / f"{name}.png")
    shutil.copytree(mine / "images", studies)
    root.mkdir()
    for part in ("LICENSE", "bundle", "configs", "docs", "scripts", "requirements.txt"):
        (root / part).symlink_to(ROOT / part)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Site(mine, studies, root, port)


@pytest.fixture(scope="module")
def deployed(site):
    """The site after all commands of the page on deploying, with what these have printed."""
    make, export, serve, *requests = blocks("deploy")
    # builds what these tests run in: make knows the target
    subprocess.run(["make", "--dry-run", *make.split()[1:]], cwd=ROOT, check=True, capture_output=True)
    printed = [site.run(export)]
    try:
        site.start(serve)
        printed += [site.run(block) for block in requests]
        yield site, printed
    finally:
        if site.server:
            site.server.stop()


def test_deploy(deployed, tmp_path):
    site, (exported, asked, _) = deployed
    assert "classes: background, vessel" in exported
    info = json.loads(asked)
    assert info["labels"] == ["vessel", "not vessel", "background"] and info["datastore"]["total"] == len(NAMES)
    expected = run_inference(site.bundle, site.studies, tmp_path / "out")
    for kind in ("seg", "uncertainty"):
        found = picture(site.mine / f"p01_left_{kind}.png")
        assert np.array_equal(found, picture(expected / f"p01_left_{kind}.png")), kind


def test_annotate_in_slicer(deployed):
    site, _ = deployed
    probability, hand_in = blocks("annotate-in-slicer")
    site.run(probability)
    found, mask = picture(site.mine / "p02_left_probability.png"), picture(site.mine / "masks" / "p02_left.png")
    assert found.shape == mask.shape and found[mask > 0].mean() > found[mask == 0].mean()
    assert json.loads(site.run(hand_in).splitlines()[0].partition("}")[0] + "}")["id"] in NAMES
    for name in DRAWN:
        kept = site.studies / "labels" / "final" / f"{name}.png"
        assert kept.read_bytes() == (site.mine / "drawings" / f"{name}.png").read_bytes()


def test_retrain_on_the_server(deployed):
    site, _ = deployed
    page = (PAGES / "retrain-on-the-server.md").read_text(encoding="utf-8")
    keep, train, status, back, rank = blocks("retrain-on-the-server")
    for name in DRAWN:
        site.server.save_label(name, site.mine / "drawings" / f"{name}.png").json()
    (site.bundle / "data").mkdir()
    (site.bundle / "data" / "datalist.json").write_text(site.here(_JSON.search(page)[1]))
    model = site.bundle / "models" / "model.pt"
    before, answer = model.read_bytes(), site.server.infer("vessels", MEASURED[0]).body

    site.run(keep)
    task = site.server.wait(json.loads(site.run(train)))
    assert task["status"] == "DONE", site.server.explain(task)
    assert json.loads(site.run(status))["status"] == "DONE"
    log = site.server.logged()
    present = float(re.search(r"reaches val_dice = ([\d.]+) on these validation", log)[1])
    assert "validation Dice" in log and "agreement with the drawings" not in log
    if model.read_bytes() == before:
        assert "was kept: it reaches" in log
    else:
        assert read_record(model)["val_dice"] > present

    masks = run_inference(
        with_models_of(site.bundle, site.mine / "kept"), site.mine / "images", site.mine / "masks_kept"
    )
    overlaps = [
        dice(picture(masks / f"{name}_seg.png"), picture(site.mine / "masks" / f"{name}.png")) for name in MEASURED
    ]
    assert present == pytest.approx(np.mean(overlaps), abs=0.001)  # of the page's two cases, and no other

    site.run(back)
    assert model.read_bytes() == before and site.server.infer("vessels", MEASURED[0]).body == answer
    site.run(rank)
    rows = (site.mine / "ranking.csv").read_text().splitlines()
    assert rows[0] == "image,score,foreground_share" and len(rows) == 1 + len(NAMES)
