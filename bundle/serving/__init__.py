"""A MONAI Label server for trained bundles: its environment, its app, and the command that starts it."""
