"""Values that several parts of the bundle must agree on."""

#: Label value of a pixel about which nothing is known ("not labelled"); never a class index.
IGNORE = 255

#: Label value of a pixel that nobody drew but a reading takes for background; at most 254 classes are left.
IMPLIED = 254

#: What bounding boxes say of a class at a pixel: nothing; inside a box of it, so perhaps; not this class, since outside
#: every box of it or settled so; this class, settled by bootstrapping.
UNKNOWN, INSIDE, OUTSIDE, SETTLED = range(4)
