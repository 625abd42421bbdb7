"""Runs the commands of a how-to page as a reader would, on data that a test has put in their place."""

from __future__ import annotations

import multiprocessing
import os
import re
import runpy
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
# a command of ours without anything that only a shell understands
_COMMAND = re.compile(r"^python -m bundle (?P<arguments>[^|&;<>$`*?(){}~]+)$")


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

    They run in a folder that holds links to configs and code, so that nothing is written into the repository. Blocks of
    nothing but ``python -m bundle`` run in forks of this process, which have imported the libraries already.

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
        commands = own_commands(text, data)
        if commands:
            code, output = _run_forked(commands, cwd)
        else:
            result = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", runnable(text, data, settings)],
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            code, output = result.returncode, result.stdout
        allowed = (0, 1) if _CHECK in text else (0,)
        assert code in allowed, f"{text}\nended with {code}:\n{output[-4000:]}"
        blocks.append(Block(text, code, output))
    assert blocks, f"{name} has no bash block"
    return blocks


def runnable(text: str, data: Path, settings: Mapping[str, str]) -> str:
    """The commands of a block with this interpreter, these data, and short trainings."""
    added = " ".join(f"--{name} {shlex.quote(value)}" for name, value in settings.items())
    text = _PYTHON.sub(lambda _: shlex.quote(sys.executable), text.replace("\\\n", " "))
    text = _TRAINING.sub(lambda line: f"{line[0].rstrip()} {added}", text)
    return text.replace(MINE, str(data))


def own_commands(text: str, data: Path) -> list[list[str]]:
    """Arguments of each command of a block; empty if one of them is another than ``python -m bundle``."""
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    found = [_COMMAND.match(line.replace(".venv/bin/python", "python")) for line in lines]
    if not all(found):
        return []
    return [shlex.split(match["arguments"].replace(MINE, str(data)), comments=True) for match in found if match]


def _run_forked(commands: list[list[str]], cwd: Path) -> tuple[int, str]:
    """Exit status and output of commands, up to the first that fails."""
    log = cwd / "output.txt"
    log.write_bytes(b"")
    code = 0
    for arguments in commands:
        process = multiprocessing.get_context("fork").Process(target=_bundle, args=(arguments, cwd, log))
        process.start()
        process.join()
        code = process.exitcode or 0
        if code:
            break
    return code, log.read_text(encoding="utf-8", errors="replace")


def _bundle(arguments: list[str], cwd: Path, log: Path) -> None:
    """``python -m bundle`` in this process, which is a fork."""
    os.chdir(cwd)
    written = os.open(log, os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(number, descriptor)
    # not those of pytest, which captures
    sys.stdin = open(0, closefd=False)
    sys.stdout, sys.stderr = (open(number, "w", buffering=1, closefd=False) for number in (1, 2))
    sys.argv = ["bundle", *arguments]
    runpy.run_module("bundle", run_name="__main__", alter_sys=True)
