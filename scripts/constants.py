"""Values that several parts of the bundle must agree on."""

#: Label value of a pixel about which nothing is known ("not labelled"); never a class index.
IGNORE = 255

#: Label value of a pixel that nobody drew but a reading takes for background; at most 254 classes are left.
IMPLIED = 254
