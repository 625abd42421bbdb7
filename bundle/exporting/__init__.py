"""Makes a bundle that stands alone out of a trained network and the configs that it was trained with."""
