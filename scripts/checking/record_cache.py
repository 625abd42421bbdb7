"""Records of cases that were measured before, found by content."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from tqdm import tqdm

from scripts.checking.file_digests import FileDigests
from scripts.checking.record import CaseRecord
from scripts.checking.settings import CheckSettings
from scripts.replacing import replacing

__all__ = ["RecordCache", "source_digest"]

_FILE_KEYS = ("image", "label", "field_of_view", "reference")
#: Settings that only those parts use that judge a record; a change of one measures nothing anew.
_JUDGED = ("patch_size", "spacing", "window", "reading", "use_positive", "use_negative")
_KEY = re.compile("[0-9a-f]{64}")


@cache
def source_digest() -> str:
    """Of the bundle's code, since another version may measure something else."""
    root = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


class RecordCache:
    """A folder of records, one JSON file for each case.

    A record is found by a hash of the case's entry in the datalist, of the files that it names, of the settings that
    measuring depends on and of the code. Its place in the datalist does not count.

    Args:
        folder: of the check; gets ``records``. Its ``thumbnails`` are looked at too, since a record without its
            picture is measured again.
        settings: to measure with.

    Raises:
        OSError: when the folder cannot be written.
    """

    def __init__(self, folder: Path, settings: CheckSettings) -> None:
        self.folder = folder / "records"
        self.thumbnails = folder / "thumbnails"
        for part in (self.folder, self.thumbnails):
            part.mkdir(parents=True, exist_ok=True)
        with replacing(self.folder / ".writable") as temporary:
            temporary.touch()
        (self.folder / ".writable").unlink(missing_ok=True)
        values = {key: value for key, value in settings.as_dict().items() if key not in _JUDGED}
        self._common = [source_digest(), values]
        self._kind = hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:8]
        self._digests = FileDigests(self.folder / "files.json")

    def keys(self, cases: Sequence[Mapping[str, Any]], *, threads: int = 1, progress: bool = True) -> list[str]:
        """The names of the cases' records; every file that is not known yet is read.

        A case of which a file cannot be read has none, and its name is empty: what is found then may depend on more
        than its own files.
        """
        with ThreadPoolExecutor(threads) as pool:
            found = pool.map(self._key, cases)
            return list(tqdm(found, total=len(cases), desc="reading files", disable=not progress, leave=False, delay=1))

    def read(self, key: str, where: str) -> CaseRecord | None:
        """The record of a case, None if there is none that is whole.

        Args:
            key: of :meth:`keys`.
            where: the case, as ``training[3]``; it may have stood elsewhere when it was measured.
        """
        try:
            content = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            before, content["where"] = content["where"], where
            for finding in content["findings"]:
                finding["where"] = where if finding["where"] == before else finding["where"]
                finding["message"] = finding["message"].replace(before, where)
            record = CaseRecord.from_dict(content)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return None if record.thumbnail and not (self.thumbnails / record.thumbnail).is_file() else record

    def write(self, key: str, record: CaseRecord) -> None:
        """Keep a record, and its picture under a name of its own, which the record gets.

        Raises:
            OSError: when it cannot be written.
        """
        if record.thumbnail:
            own = f"{key}{Path(record.thumbnail).suffix}"
            with suppress(FileNotFoundError):
                os.replace(self.thumbnails / record.thumbnail, self.thumbnails / own)
            record.thumbnail = own if (self.thumbnails / own).is_file() else ""
        with replacing(self.folder / f"{key}.json") as temporary:
            temporary.write_text(json.dumps(record.as_dict()), encoding="utf-8")

    def close(self, source: str, used: Mapping[str, CaseRecord]) -> None:
        """Keep what is known of files, and remove the records of cases that the data set has no more.

        Data sets and methods may share a folder, so a record goes only if an earlier check of the same source with the
        same settings used it, and neither this one nor the last check of anything else did.

        Args:
            source: the datalist.
            used: the data set's records by key; those of sections that it does not hold are left alone.

        Raises:
            OSError: when the folder cannot be written.
        """
        self._digests.save()
        path = self.folder / "used.json"
        before = _read_used(path)
        now: dict[str, list[str]] = {}
        for key, record in used.items():
            now.setdefault(f"{record.section} of {source}, settings {self._kind}", []).append(key)
        after = {**before, **now}
        if after == before:
            return
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(after), encoding="utf-8")
        for key in _all(before) - _all(after):
            if _KEY.fullmatch(key):
                for file in (self.folder / f"{key}.json", *self.thumbnails.glob(f"{key}.*")):
                    file.unlink(missing_ok=True)

    def _key(self, case: Mapping[str, Any]) -> str:
        entry = {key: value for key, value in case.items() if key != "where"}
        files = {key: self._digests.digest(Path(case[key])) for key in _FILE_KEYS if isinstance(case.get(key), str)}
        if not all(files.values()):
            return ""
        text = json.dumps([*self._common, entry, files], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def _all(used: Mapping[str, Sequence[str]]) -> set[str]:
    return {key for keys in used.values() for key in keys}


def _read_used(path: Path) -> dict[str, list[str]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    rows = content.items() if isinstance(content, dict) else ()
    return {name: keys for name, keys in rows if isinstance(keys, list) and all(isinstance(key, str) for key in keys)}
