"""Half-size copies of pictures and their label maps: half_size.py SOURCE OUT, with SOURCE/<set>/{images,masks}."""

import sys
from pathlib import Path

from PIL import Image

source, out = map(Path, sys.argv[1:])
for path in sorted(source.glob("*/*/*.png")):
    target = out / path.relative_to(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(path) as picture:
        size = (picture.width // 2, picture.height // 2)
        way = Image.Resampling.NEAREST if path.parent.name == "masks" else Image.Resampling.BOX
        picture.resize(size, way).save(target)
