"""Values that several parts of the bundle must agree on."""

#: Label value of a pixel about which nothing is known ("not labelled"); never a class index, so at most 255 classes.
IGNORE = 255
