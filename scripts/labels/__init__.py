"""Label maps: how they are read from files and what their values mean."""

from scripts.labels.decode_case import SUPERVISIONS, count_labels, decode_case, decode_reference, ignored_pixels
from scripts.labels.label_table import LabelTable
from scripts.labels.load_label_map import load_label_map, load_label_volume
from scripts.labels.reading import READINGS, read_drawing

__all__ = [
    "READINGS",
    "SUPERVISIONS",
    "LabelTable",
    "count_labels",
    "decode_case",
    "decode_reference",
    "ignored_pixels",
    "load_label_map",
    "load_label_volume",
    "read_drawing",
]
