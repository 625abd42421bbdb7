"""Reads XML files of annotation tools: piece by piece, and nothing that an XML file can be made to attack with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError  # noqa: S405, only their types

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from scripts.errors import DataError

__all__ = ["MAX_XML_BYTES", "iterate_xml", "read_xml", "root_name"]

#: Larger files are refused.
MAX_XML_BYTES = 1 << 30

_HEAD = 4096
_BEFORE_ROOT = re.compile(rb"<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", re.DOTALL)
_START_TAG = re.compile(rb"<([A-Za-z_][\w.-]*)[\s/>]")


def root_name(path: Path) -> str | None:
    """Name of the outermost element, by the first few KB of the file; None where it is no XML. Never raises."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return None
    head = head.replace(b"\0", b"")  # of UTF-16
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return None
    found = _START_TAG.search(_BEFORE_ROOT.sub(b"", head))
    return found[1].decode("latin-1") if found else None


def iterate_xml(path: Path, root: str) -> Iterator[Element]:
    """The elements directly below the outermost one, each when it is complete; it is emptied after its turn.

    So a file needs no more memory than the largest of these elements.

    Args:
        path: the file.
        root: name that the outermost element must have.

    Raises:
        DataError: the file cannot be read, is larger than :data:`MAX_XML_BYTES`, damaged or cut off, has a document
            type definition or entities, or another outermost element.
    """
    _check_size(path)
    try:
        depth, outermost = 0, None
        for event, element in iterparse(str(path), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                if outermost is None:
                    outermost = element
                    _check_root(path, element, root)
                continue
            depth -= 1
            if depth == 1:
                yield element
                outermost.clear()
    except DefusedXmlException as error:
        raise DataError(
            f"{path}: has a document type definition or entities ({type(error).__name__}), which annotation tools do "
            "not write and which can be used for attacks, so it is not read. Export the annotations again."
        ) from error
    except ParseError as error:
        raise DataError(
            f"{path}: is damaged or cut off, it is no complete XML file ({error}). Export the annotations again."
        ) from error
    except (LookupError, UnicodeError, OSError) as error:
        raise DataError(f"{path}: cannot be read as XML ({error}). Export the annotations again.") from error


def read_xml(path: Path, root: str) -> Element:
    """The outermost element with everything in it, for formats that do not list one part after another.

    Args:
        path: the file.
        root: name that the outermost element must have.

    Raises:
        DataError: as of :func:`iterate_xml`.
    """
    whole = Element(root)
    for part in iterate_xml(path, root):
        kept = Element(part.tag, part.attrib)
        kept.text = part.text
        kept.extend(part)
        whole.append(kept)
    return whole


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    if size > MAX_XML_BYTES:
        raise DataError(
            f"{path}: has {size / 2**20:.0f} MiB; expected at most {MAX_XML_BYTES >> 20} MiB. Export the annotations "
            "in several files."
        )


def _check_root(path: Path, element: Element, root: str) -> None:
    if element.tag != root:
        raise DataError(f"{path}: expected an XML file that begins with <{root}>, got <{element.tag}>.")
