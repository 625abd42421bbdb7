"""Which version of the code ran."""

from __future__ import annotations

import subprocess
from pathlib import Path

__all__ = ["git_commit"]


def git_commit(folder: str | Path) -> str | None:
    """Commit of the git repository that a folder belongs to.

    Returns:
        The full hash; None where there is no repository, no commit yet or no git.
    """
    try:
        # no shell, and git is wherever the user's PATH has it
        found = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), "rev-parse", "--verify", "--quiet", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None
