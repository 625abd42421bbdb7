"""Commands around the bundle, ``python -m bundle``: they prepare data and inspect results; no config needs them."""
