"""Bounding boxes: their files, what they say of each pixel, and their synthesis from dense masks."""

from scripts.boxes.box_list import Box, FittedBoxes, check_boxes, class_index, fit_boxes
from scripts.boxes.coco import CocoBoxes, match_images
from scripts.boxes.read_boxes import read_boxes

__all__ = ["Box", "CocoBoxes", "FittedBoxes", "check_boxes", "class_index", "fit_boxes", "match_images", "read_boxes"]
