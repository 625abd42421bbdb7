"""Prints the table of docs/benchmarks/boxes.md from the finished cells: boxes_table.py FOLDER [METRIC ...].

Rows are means over seeds, with the standard deviation over seeds (n - 1), and the mean of each seed's value over that
of its dense masks. A seed without dense masks in a set takes those of its other sets, which are the same.
"""

import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

folder, metrics = Path(sys.argv[1]), sys.argv[2:] or ["val_iou", "val_pooled_iou", "val_dice"]
cells: dict = defaultdict(dict)
dense = {}
for path in sorted(folder.glob("seed*/*/results/*/eval/evaluation/metrics.json")):
    seed, data, _, method = path.relative_to(folder).parts[:4]
    cells[data, method][seed] = json.loads(path.read_text())
    if method == "dense_masks":
        dense[seed] = cells[data, method][seed]

print("dense share, looseness | method | seeds |", " | ".join(f"{name} (sd) | of dense" for name in metrics))
for (data, method), seeds in sorted(cells.items(), key=lambda item: (-float(item[0][0].split("_")[0]), item[0])):
    row = [data.replace("_", ", "), method, str(len(seeds))]
    for name in metrics:
        values = [result[name] for result in seeds.values()]
        deviation = statistics.stdev(values) if len(values) > 1 else 0.0
        row.append(f"{statistics.mean(values):.3f} ({deviation:.3f})")
        shares = [result[name] / dense[seed][name] for seed, result in seeds.items() if seed in dense]
        row.append(f"{statistics.mean(shares):.1%}" if shares else "")
    print(" | ".join(row))
