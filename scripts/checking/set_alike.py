"""Pictures that are nearly the same: frames of a video, or one picture saved with other settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_findings import finding_of, image_key, line_of, one_per_image

__all__ = ["judge_alike", "similar_looks"]

# bits of 64 that may differ; photographs of an eye often differ in no more, so that this only finds candidates
_MOST_BITS = 3
# relative difference of candidates in mean and standard deviation of their values, and in the ratio of their sides
_TONE, _ASPECT = 0.05, 0.01
# candidates are compared on so many pixels; different photographs of an eye come to 0.13 and more, the same one saved
# as JPEG, scaled, or cut by a few pixels to 0.05 and less
_SIDE, _MOST_DIFFERENCE, _LEAST_CORRELATION = 32, 0.08, 0.98
# so that a set of which all pictures are candidates does not take minutes
_MOST_READ, _MOST_GROUPS = 200, 5
_BLOCK = 512


def judge_alike(records: Sequence[CaseRecord]) -> list[Finding]:
    """Find groups of pictures that look alike: one finding per group, those across lists first."""
    pictures = [record for record in one_per_image(records) if record.image.look and _varies(record)]
    pairs = _confirmed(pictures, _candidates(pictures))
    if not pairs:
        return []
    rows, columns = zip(*pairs, strict=True)
    links = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(pictures),) * 2)
    _, numbers = connected_components(links, directed=False)
    chosen = np.unique([*rows, *columns])
    groups = [[pictures[i] for i in chosen if numbers[i] == number] for number in np.unique(numbers[chosen])]
    sections = {image: _sections(records, image) for image in {image_key(r) for group in groups for r in group}}
    groups.sort(key=lambda group: not _across(group, sections))
    findings = [_finding(group, across=_across(group, sections)) for group in groups[:_MOST_GROUPS]]
    rest = [group[0] for group in groups[_MOST_GROUPS:]]
    if rest:
        text = f"{len(rest)} more groups of images look alike. The first of each"
        findings.append(finding_of("near-duplicate", text, rest))
    return findings


def _varies(record: CaseRecord) -> bool:
    return record.image.mean is not None and bool(record.image.std) and min(record.image.size, default=0) > 0


def _sections(records: Sequence[CaseRecord], image: str) -> set[str]:
    return {record.section for record in records if image_key(record) == image}


def _across(group: Sequence[CaseRecord], sections: dict[str, set[str]]) -> bool:
    return len(set.union(*(sections[image_key(record)] for record in group))) > 1


def _finding(group: Sequence[CaseRecord], *, across: bool) -> Finding:
    what = (
        "they stand in different lists, so metrics may be too good. Put them into one list"
        if across
        else "if they show the same, they count too much. Look at them, and keep one of each"
    )
    return finding_of("near-duplicate", f"{len(group)} images look alike; {what}", group, [*map(line_of, group)])


def _candidates(pictures: Sequence[CaseRecord]) -> list[tuple[int, int]]:
    """Pairs with similar looks, tones and proportions, the most similar looks first."""
    looks = np.array([int(record.image.look, 16) for record in pictures], dtype=np.uint64)
    tones = np.array([[record.image.mean, record.image.std] for record in pictures], dtype=np.float64).reshape(-1, 2)
    sides = np.array([record.image.size[:2] for record in pictures], dtype=np.float64).reshape(-1, 2)
    found = []
    for first, second, bits in similar_looks(looks):
        near = np.abs(tones[first] - tones[second]) <= _TONE * np.abs(tones[first])
        ratios = (sides[first, 0] * sides[second, 1]) / (sides[first, 1] * sides[second, 0])
        for i in np.flatnonzero(near.all(axis=1) & (np.abs(ratios - 1) <= _ASPECT)):
            found.append((int(bits[i]), int(first[i]), int(second[i])))
    return [(first, second) for _, first, second in sorted(found)]


def similar_looks(looks: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """All pairs of hashes that differ in few bits, block by block.

    Args:
        looks: `n` uint64.

    Yields:
        first and second index of each pair, the first being smaller, and the number of bits that differ.
    """
    for start in range(0, len(looks), _BLOCK):
        bits = np.bitwise_count(looks[start : start + _BLOCK, None] ^ looks[None, start:])
        first, second = np.nonzero(bits <= _MOST_BITS)
        later = second > first
        first, second = first[later], second[later]
        yield first + start, second + start, bits[first, second]


def _confirmed(pictures: Sequence[CaseRecord], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The candidates that are alike when their pixels are compared."""
    read: dict[int, np.ndarray | None] = {}
    alike = []
    for pair in pairs:
        missing = [index for index in pair if index not in read]
        if len(read) + len(missing) > _MOST_READ:
            continue
        read |= {index: _thumbnail(pictures[index].image.path) for index in missing}
        first, second = (read[index] for index in pair)
        if first is not None and second is not None and _are_alike(first, second):
            alike.append(pair)
    return alike


def _thumbnail(path: str) -> np.ndarray | None:
    """Grey values of a picture at low resolution, with mean 0 and variance 1; None where it cannot be read."""
    try:
        with Image.open(path) as picture:
            # lets the JPEG decoder skip what is not needed
            picture.draft("RGB", (4 * _SIDE, 4 * _SIDE))
            # 16-bit grey would be clipped, transparency is no colour
            plain = picture.convert("F") if picture.mode[0] in "IF" else picture.convert("RGB").convert("L")
            grey = plain.resize((_SIDE, _SIDE), Image.Resampling.BOX)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    values = np.asarray(grey, dtype=np.float64)
    return (values - values.mean()) / values.std() if values.std() else None


def _are_alike(first: np.ndarray, second: np.ndarray) -> bool:
    # of standardised values the mean product is the correlation
    return bool(np.abs(first - second).mean() <= _MOST_DIFFERENCE and (first * second).mean() >= _LEAST_CORRELATION)
