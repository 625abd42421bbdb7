"""Reads QuPath's GeoJSON: the objects of one picture, exported with File > Export objects as GeoJSON."""

from __future__ import annotations

import logging
import re
import reprlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely

from bundle.importing.formats import ImageSize
from bundle.importing.geometry import points_of, polygon_of
from bundle.importing.json_file import ends_of, read_json
from bundle.importing.marks import AnnotatedImage, Mark, PictureLine, PictureRegion
from bundle.importing.problem_list import ProblemList
from scripts.errors import DataError

__all__ = ["SUFFIXES", "UNCLASSIFIED", "matches", "read"]

logger = logging.getLogger(__name__)

_PACKED = ".geojson.gz"
SUFFIXES: tuple[str, ...] = (_PACKED, ".geojson", ".json")
#: Name of objects that have neither a class nor a name, as QuPath itself calls them.
UNCLASSIFIED = "Unclassified"

_AGAIN = "Export the objects from QuPath again."
_POINTS = ("Point", "MultiPoint")
# objects that are no drawings: the whole picture, and the cores of a tissue microarray
_NO_DRAWING = ("root", "PathRootObject", "tmaCore", "tma_core", "TMACoreObject")


def matches(path: Path) -> bool:
    """Whether the file has GeoJSON features, by its first and last few KB. Never raises."""
    name = path.name.lower()
    if not name.endswith(SUFFIXES) or name.endswith(_PACKED):
        return name.endswith(_PACKED)
    ends = ends_of(path)
    start = ends.lstrip()[:1]
    features = re.search(r'"type"\s*:\s*"(FeatureCollection|Feature)"', ends)
    # a picture without objects
    empty = name.endswith(".geojson") and re.fullmatch(r"\[\s*\]", ends.strip())
    return (start in ("{", "[") and features is not None) or bool(empty)


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """The one picture that the file belongs to, with its objects.

    Polygons, among them QuPath's rectangles and ellipses, are areas, lines are lines without a width. Each object has
    the name of its class, of derived classes as ``Tumor: Positive``, else its own name, else :data:`UNCLASSIFIED`.
    Child objects count like others. Points, nuclei of cells, cores of microarrays and objects without a geometry are
    left out with a warning.

    Args:
        path: a feature collection, a list of features, or one feature.
        image_size: not needed, for the file holds no pixels and names no picture.

    Raises:
        DataError: the file is packed or damaged, or lists everything that is wrong with it: missing keys, geometries
            that are none, objects on other planes than the first.
    """
    if path.name.lower().endswith(_PACKED):
        raise DataError(f"{path}: expected GeoJSON that is not packed. Unpack it (gunzip), or export it unpacked.")
    content = read_json(path, kinds=(dict, list))
    problems = ProblemList(path)
    skipped: Counter[str] = Counter()
    marks: list[Mark] = []
    features = [(feature, f"feature {number}") for number, feature in enumerate(_features(content, path), start=1)]
    features.reverse()
    # the next feature is the last of the list; its children come right behind it
    while features:
        feature, where = features.pop()
        with problems.collecting():
            properties = _properties(feature, path, where)
            children = properties.get("childObjects", properties.get("children")) or []
            if not isinstance(children, list):
                raise DataError(f"{path}: {where}: expected a list of child objects, got {reprlib.repr(children)}.")
            features += [(child, f"{where}, child {n}") for n, child in reversed(list(enumerate(children, start=1)))]
            marks += _marks(feature, properties, path, where, skipped)
    problems.raise_any()
    for kind, count in sorted(skipped.items()):
        logger.warning("%s: %d %s left out.", path, count, kind)
    return [AnnotatedImage(path, marks=marks)]


def _features(content: dict[str, Any] | list, path: Path) -> list:
    if isinstance(content, list):
        return content
    if content.get("type") == "Feature":
        return [content]
    features = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise DataError(
            f'{path}: expected a GeoJSON FeatureCollection with a list of "features", got {reprlib.repr(content)}. '
            f"{_AGAIN}"
        )
    return features


def _properties(feature: Any, path: Path, where: str) -> dict[str, Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise DataError(
            f'{path}: {where}: expected an object of "type": "Feature", got {reprlib.repr(feature)}. {_AGAIN}'
        )
    properties = feature.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise DataError(
            f'{path}: {where}: expected an object as "properties", got {reprlib.repr(properties)}. {_AGAIN}'
        )
    return properties


def _marks(
    feature: dict[str, Any], properties: dict[str, Any], path: Path, where: str, skipped: Counter[str]
) -> list[Mark]:
    """The marks of one feature; what it has beyond them is counted in ``skipped``."""
    kind = properties.get("objectType", properties.get("object_type", feature.get("id")))
    if kind in _NO_DRAWING:
        skipped["object(s) that are no drawings (root, microarray cores)"] += 1
        return []
    if "geometry" not in feature:
        raise DataError(f'{path}: {where}: lacks its "geometry". {_AGAIN}')
    if feature["geometry"] is None:
        skipped["object(s) without a geometry"] += 1
        return []
    if feature.get("nucleusGeometry") is not None:
        skipped["nuclei of cells (the cells are kept)"] += 1
    name = _name(properties, path, where)
    marks = []
    for shape, part in _shapes(feature["geometry"], path, where):
        if shape is None:
            skipped["point object(s)"] += 1
        else:
            marks.append(Mark(name, shape, part))
    return marks


def _name(properties: dict[str, Any], path: Path, where: str) -> str:
    names: list[Any] = []
    part = properties.get("classification")
    if isinstance(part, str):
        names = [part]
    elif isinstance(part, dict) and "names" in part:
        names = part["names"] if isinstance(part["names"], list) else [part["names"]]
    elif isinstance(part, dict):
        # old versions nest a derived class around the one that it is derived from
        while isinstance(part, dict):
            names.insert(0, part.get("name"))
            part = part.get("parentClass")
        names = [] if names == [None] else names
    elif part is not None:
        names = [part]
    names = names or [own for own in [properties.get("name")] if own is not None]
    if not all(isinstance(name, str) for name in names):
        raise DataError(f"{path}: {where}: expected text as the name of its class, got {reprlib.repr(names)}. {_AGAIN}")
    return ": ".join(name.strip() for name in names if name.strip()) or UNCLASSIFIED


def _shapes(geometry: Any, path: Path, where: str) -> Iterator[tuple[PictureRegion | PictureLine | None, str]]:
    """Shapes of a geometry and what to call them; None for points."""
    rest = [(geometry, where)]
    while rest:
        geometry, part = rest.pop()
        if not isinstance(geometry, dict):
            raise DataError(f"{path}: {part}: expected a geometry {{...}}, got {reprlib.repr(geometry)}. {_AGAIN}")
        _check_plane(geometry.get("plane"), path, part)
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind in _POINTS:
            yield None, part
        elif kind == "Polygon":
            yield PictureRegion(_polygon(coordinates, path, part)), part
        elif kind == "MultiPolygon":
            areas = [_polygon(rings, path, piece) for rings, piece in _each(coordinates, path, part, "polygon")]
            yield PictureRegion(areas[0] if len(areas) == 1 else shapely.union_all(areas)), part
        elif kind == "LineString":
            yield PictureLine(points_of(coordinates, path, part, least=2)), part
        elif kind == "MultiLineString":
            for points, piece in _each(coordinates, path, part, "line"):
                yield PictureLine(points_of(points, path, piece, least=2)), piece
        elif kind == "GeometryCollection":
            rest += reversed(_each(geometry.get("geometries"), path, part, "part"))
        else:
            raise DataError(
                f"{path}: {part}: expected as type of its geometry Polygon, MultiPolygon, LineString, MultiLineString, "
                f"GeometryCollection, Point or MultiPoint, got {reprlib.repr(kind)}. {_AGAIN}"
            )


def _polygon(rings: Any, path: Path, where: str) -> shapely.Geometry:
    (outer, _), *holes = _each(rings, path, where, "ring")
    return polygon_of(outer, [hole for hole, _ in holes], source=path, where=where)


def _each(values: Any, path: Path, where: str, called: str) -> list[tuple[Any, str]]:
    """The parts of a geometry and what to call them; at least one."""
    if not isinstance(values, list) or not values:
        raise DataError(f"{path}: {where}: expected a list of {called}s, got {reprlib.repr(values)}. {_AGAIN}")
    return [(value, f"{where}, {called} {number}") for number, value in enumerate(values, start=1)]


def _check_plane(plane: Any, path: Path, where: str) -> None:
    """Refuse what was drawn on another slice or at another time than the first."""
    if plane is None:
        return
    numbers = [plane.get(key, 0) for key in ("z", "t")] if isinstance(plane, dict) else plane
    if numbers != [0, 0]:
        raise DataError(
            f"{path}: {where}: was drawn on the plane {reprlib.repr(plane)} of a stack; expected z and t to be 0, for "
            "a picture has one plane. Export each plane as a picture of its own and draw on these."
        )
