"""What the app consists of; MONAI Label reloads a package of this name with it."""
