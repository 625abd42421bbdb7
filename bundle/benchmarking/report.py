"""The report of a benchmark, from its result files alone."""

from __future__ import annotations

import textwrap
from pathlib import Path

from bundle.benchmarking.csv_files import write_csv_files
from bundle.benchmarking.drawing_tables import drawings_section, matrices_section, not_run_section, stopped_section
from bundle.benchmarking.gallery import draw_gallery
from bundle.benchmarking.gallery_cases import GalleryRow, find_gallery
from bundle.benchmarking.grid import Grid, read_grid
from bundle.benchmarking.mistakes import mistakes_section
from bundle.benchmarking.provenance import provenance_section, title
from bundle.benchmarking.quality_figure import draw_quality_figure
from bundle.benchmarking.ratio_curve import draw_ratio_curve
from bundle.benchmarking.tables import (
    differences_section,
    margin_section,
    methods_section,
    quality_section,
    targets_section,
)
from scripts.replacing import replacing

__all__ = ["write_report"]

_HOW_TO_READ = """\
* **Dice** is the overlap with the dense mask, from 0 to 1, at a threshold of one half; mean over the test cases of a
  seed, then over seeds. What follows ± is half the 95 % interval over seeds (Student's t). With two or three seeds it
  is wide: little is known yet.
* **of dense**: Dice as a share of what the same network reaches with dense masks, over the seeds that both have.
* **Dice at best threshold** is chosen on the test cases themselves; nobody can have it in practice. The **gap** to the
  Dice at one half tells how far the probabilities are off.
* **ECE**: by how much the probabilities miss how often they are right, on the dense test masks; 0 is perfect.
* **IoU** is the mean over test cases, **mIoU (pooled)** that of all their pixels together, **clDice** compares
  centre lines: how much of them is found and true. It hardly asks how wide vessels are drawn in.
* **Ratio**: area of the positive drawings over that of the dense masks. 0.3: about a third of the structure was drawn.
* The **paper**'s method is our reading of it: its code, optimiser and trace weight are not published.
* A **stopped** training was ended by the guard, or by a setting that does not fit. Its seed is in no mean, so such a
  mean flatters its method.
"""
_DIFFERENCES = """\
A point is 0.01 of Dice; above 0 the default is better. Both methods saw the same split and the same drawings, so the
differences are taken seed by seed. "Differs from 0" asks whether the interval over seeds excludes it. The last interval
draws test cases at random instead (bootstrap): it says how much hangs on the choice of test cases, not on the training.
Many comparisons are made, and no interval is widened for that.
"""
_MATRICES = """\
How drawings err, as estimated while training and as measured on the dense masks. A row is what was drawn, a column what
is true; columns sum to 1. The mean error is over all entries. Where each kind of drawing has matrices of its own and
says one class alone, as under the sparse reading with two classes, they can repeat the drawing whatever is true: an
error near 0 there says nothing about what was learned of the annotators.
"""
_MISTAKES = """\
Careful drawings with one kind of mistake each, and with all together. Points lost: hundredths of Dice against careful
drawings, of the same splits.
"""


def write_report(out: Path, report: Path, *, pictures: bool = True) -> list[Path]:
    """Write tables, figures and ``README.md`` from ``out/cells``, and from the drawings and predictions beside it.

    Args:
        out: folder of the benchmark.
        report: folder to write to; a former report in it is replaced.
        pictures: whether it may show pictures of the data set, which some licences keep from being passed on.

    Returns:
        The files written, ``README.md`` first.

    Raises:
        DataError: there are no results, or of several data sets, or one cannot be read.
    """
    grid = read_grid(out)
    report.mkdir(parents=True, exist_ok=True)
    rows = find_gallery(grid, out) if pictures else []
    figures = {
        "ratio_curve.png": draw_ratio_curve(grid, report / "ratio_curve.png"),
        "quality.png": draw_quality_figure(grid, report / "quality.png"),
        "gallery.png": draw_gallery(rows, report / "gallery.png"),
    }
    for name, path in figures.items():
        if path is None:
            # one of a former report shows something else
            (report / name).unlink(missing_ok=True)
    tables = write_csv_files(grid, report)
    readme = report / "README.md"
    with replacing(readme) as temporary:
        temporary.write_text(_text(grid, out, figures, rows), encoding="utf-8")
    return [readme, *tables, *(path for path in figures.values() if path is not None)]


def _text(grid: Grid, out: Path, figures: dict[str, Path | None], rows: list[GalleryRow]) -> str:
    quality = quality_section(grid)
    sections = [
        ("", _figure(figures, "ratio_curve.png", "Dice of each method by how much was drawn")),
        ("What was run", provenance_section(grid, out)),
        ("Targets", targets_section(grid)),
        ("How to read the tables", _HOW_TO_READ),
        ("Methods", methods_section(grid)),
        ("The default against each other method", f"{_DIFFERENCES}\n{differences_section(grid)}"),
        ("Does the margin over partial cross-entropy grow as less is drawn?", margin_section(grid)),
        (
            "Quality of the drawings",
            quality and f"{_figure(figures, 'quality.png', 'Dice by the quality of the drawings')}\n{quality}",
        ),
        ("What each kind of mistake costs", _under(_MISTAKES, mistakes_section(grid))),
        ("The drawings, measured on the dense masks", drawings_section(grid) if grid.settings else ""),
        ("Confusion matrices", _under(_MATRICES, matrices_section(grid))),
        ("One test case", _gallery(figures, rows)),
        ("Stopped", stopped_section(grid)),
        ("Not run", not_run_section(grid)),
        ("Files", _FILES),
    ]
    parts = [f"# {title(grid)}: drawings against dense masks"]
    for heading, body in sections:
        if body:
            parts.append(f"## {heading}\n\n{body.strip()}" if heading else body.strip())
    return "\n\n".join(parts) + "\n"


_FILES = """\
`cells.csv` has every training, `summary.csv` the means, `differences.csv` the paired differences, `targets.csv` the
targets. This report is made from the result files alone: the same command with `--report-only`.
"""


def _figure(figures: dict[str, Path | None], name: str, words: str) -> str:
    return f"![{words}]({name})\n" if figures[name] is not None else ""


def _under(words: str, table: str) -> str:
    return f"{words}\n{table}" if table else ""


def _gallery(figures: dict[str, Path | None], rows: list[GalleryRow]) -> str:
    picture = _figure(figures, "gallery.png", "Image, drawing, truth and predictions of one test case")
    if not picture:
        return ""
    row = rows[0]
    zoomed = (
        " Large pictures are zoomed in on where most of the structure's border is." if len(row.classes) == 2 else ""
    )
    words = (
        f'Test case "{row.case}" of seed {row.seed}, {row.quality} drawings: the first case with kept predictions, '
        "chosen by no result. The networks never saw the drawing of this case; it shows what such drawings look like."
        f"{zoomed} The Dice is that of the whole case."
    )
    return f"{picture}\n{textwrap.fill(words, 120)}"
