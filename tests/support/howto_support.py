"""Runs the commands of a how-to page as a reader would, on data that a test has put in their place."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests_support import ROOT

#: Folder of the data in all pages.
MINE = "/data/mine"
#: A training so short that it only shows that everything fits together; of volumes another ``patch_size``.
SHORT = {
    "train#trainer#max_epochs": "1",
    "val_interval": "1",
    "network_def#features": "[4,4,4,4,4,4]",
    "patch_size": "[32,32]",
}

_BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"(?<![\w/.-])(?:\.venv/bin/)?python(?= -m )")
_TRAINING = re.compile(r"^.*-m monai\.bundle run training\b.*$", re.MULTILINE)
_CHECK = "-m bundle check"


@dataclass(frozen=True)
class Block:
    """A block of commands that was run.

    Attributes:
        text: as on the page.
        code: exit status.
        output: of all its commands, both streams.
    """

    text: str
    code: int
    output: str


def bash_blocks(page: Path) -> list[str]:
    """The text of the ``bash`` blocks of a page, in their order."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def run_page(name: str, data: Path, cwd: Path, settings: Mapping[str, str] = SHORT) -> list[Block]:
    """Run all blocks of a page, one after another, each by ``bash -euo pipefail``.

    They run in a folder that holds links to configs and code, so that nothing is written into the repository.

    Args:
        name: of the page in ``docs/how-to``, such as ``import-labelme``.
        data: stands for ``/data/mine``.
        cwd: folder to create, stands for the root of the repository.
        settings: added to each training.

    Returns:
        The blocks; each has ended with 0, one with a check perhaps with 1, for warnings.
    """
    cwd.mkdir(parents=True)
    for part in ("bundle", "configs", "docs", "scripts"):
        (cwd / part).symlink_to(ROOT / part)
    # one thread, no GPU, and no bytecode beside the code of a repository that may be read-only
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": str(cwd),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    blocks = []
    for text in bash_blocks(ROOT / "docs" / "how-to" / f"{name}.md"):
        result = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", runnable(text, data, settings)],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        allowed = (0, 1) if _CHECK in text else (0,)
        assert result.returncode in allowed, f"{text}\nended with {result.returncode}:\n{result.stdout[-4000:]}"
        blocks.append(Block(text, result.returncode, result.stdout))
    assert blocks, f"{name} has no bash block"
    return blocks


def runnable(text: str, data: Path, settings: Mapping[str, str]) -> str:
    """The commands of a block with this interpreter, these data, and short trainings."""
    added = " ".join(f"--{name} {shlex.quote(value)}" for name, value in settings.items())
    text = _PYTHON.sub(lambda _: shlex.quote(sys.executable), text.replace("\\\n", " "))
    text = _TRAINING.sub(lambda line: f"{line[0].rstrip()} {added}", text)
    return text.replace(MINE, str(data))
