"""Downloads data sets, with their checksums."""

from __future__ import annotations

from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

from bundle.benchmarking.sources import Source
from bundle.exporting.pack import file_digest
from scripts.errors import DataError
from scripts.publishing import publishing
from scripts.replacing import replacing

__all__ = ["fetch"]


def fetch(source: Source, out: Path, *, sha256: str | None = None, progress: bool = True) -> Path:
    """Download a file unless it is there, compare its SHA-256, and unpack it. Nothing is unpacked without a checksum.

    Args:
        source: what to get.
        out: folder to create or to add to.
        sha256: the checksum that the user trusts, where the source has none.
        progress: show how far the download is.

    Returns:
        ``out``.

    Raises:
        DataError: the file cannot be downloaded, is not what it should be, or has no checksum yet, or the folder holds
            some of the results, but not all.
    """
    expected = (source.sha256 or sha256 or "").lower() or None
    if source.sha256 and sha256 and sha256.lower() != source.sha256:
        raise DataError(
            f"--sha256 is {sha256}, but the known checksum of {source.file} is {source.sha256}. Leave the option out."
        )
    archive = out / source.file
    if not archive.exists():
        _download(replace(source, sha256=expected), archive, progress)
    found = file_digest(archive)
    if expected is None:
        raise DataError(
            f"{archive} is downloaded, but nobody publishes its checksum, so it was not unpacked. Its SHA-256 is "
            f"{found}. Compare it with that of a copy you trust, then run: python -m bundle fetch {source.name} "
            f"--out {out} --sha256 {found}"
        )
    if found != expected:
        raise DataError(
            f"{archive} has the SHA-256 {found}, expected {expected}. It is damaged or another file: remove it and run "
            "this again."
        )
    if source.unpack is not None:
        _unpack(source, archive, out)
    return out


def _unpack(source: Source, archive: Path, out: Path) -> None:
    held = [name for name in source.names if (out / name).exists()]
    if len(held) == len(source.names):
        return
    if held:
        raise DataError(
            f"{out} holds {', '.join(held)}, but not all of {', '.join(source.names)}. Remove what is there, or choose "
            "another folder with --out."
        )
    with publishing(out, source.names) as temporary:
        source.unpack(archive, temporary)


def _download(source: Source, archive: Path, progress: bool) -> None:
    """An interrupted or wrong download leaves nothing behind."""
    from monai.apps.utils import HashCheckError, download_url

    advice = "Run this again, or download the file by other means and put it there."
    try:
        with replacing(archive) as temporary:
            download_url(source.url, temporary, hash_val=source.sha256, hash_type="sha256", progress=progress)
    except HashCheckError as error:
        raise DataError(
            f"{source.url} cannot be downloaded to {archive}: what came has not the SHA-256 {source.sha256}. {advice}"
        ) from error
    except (OSError, HTTPException, RuntimeError) as error:
        raise DataError(f"{source.url} cannot be downloaded to {archive}: {error}. {advice}") from error
