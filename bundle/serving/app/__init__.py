"""The app that a MONAI Label server runs; it is copied to a folder of its own and imports nothing of this package."""
