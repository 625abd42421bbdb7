"""Half-size copies of pictures and their label maps: half_size.py SOURCE OUT, with SOURCE/<set>/{images,masks}."""

import sys
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[2]))
from bundle.benchmarking.half_size import halve_image, halve_labels

source, out = map(Path, sys.argv[1:])
for path in sorted(source.glob("*/*/*.png")):
    target = out / path.relative_to(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(path) as picture:
        halve = halve_labels if path.parent.name == "masks" else halve_image
        halve(picture).save(target)
