"""Compares methods by one command: every method, amount of drawing and seed, by the product's own configs."""
