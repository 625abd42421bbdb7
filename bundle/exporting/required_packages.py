"""Which packages the code of an exported bundle needs, at the versions that the project was tried with."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

__all__ = ["required_packages"]

# metadata.json has keys of their own for these
_OWN_KEYS = {"monai", "torch", "numpy"}
# monai's command line and its check of metadata.json; nothing of ours imports the latter
_COMMAND_LINE = ("fire", "jsonschema")


def required_packages(code: Path, requirements: Path) -> dict[str, str]:
    """Version of each package that is pinned in the requirements and imported by the code, in their order.

    Args:
        code: folder of Python files.
        requirements: lines of ``name==version``.
    """
    pinned = _pinned(requirements)
    distributions = packages_distributions()
    # a distribution of several parts, such as itk, is not found by its module
    imported = {name.lower() for module in _modules(code) for name in (module, *distributions.get(module, []))}
    wanted = (imported | {*_COMMAND_LINE}) - _OWN_KEYS
    return {name: version for name, version in pinned.items() if name.lower() in wanted}


def _pinned(requirements: Path) -> Mapping[str, str]:
    lines = [line.split("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines()]
    return dict(line.split("==") for line in lines if "==" in line)


def _modules(code: Path) -> set[str]:
    """Top-level names of all imports, but those of the standard library."""
    found = set()
    for path in code.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names)
