"""What an export was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scripts.errors import DataError, list_problems

__all__ = ["FLAVOURS", "ROOT", "ExportRequest"]

#: Root of the project, whose code and configs are exported.
ROOT = Path(__file__).resolve().parents[2]

#: Folder of the configs of each flavour, below the root.
FLAVOURS = {"fundus": "configs", "volume": "configs/volume"}

_MODELS = {"fundus": "models/model.pt", "volume": "models/volume/model.pt"}


@dataclass(frozen=True)
class ExportRequest:
    """What is exported, and where to.

    Attributes:
        flavour: ``fundus`` or ``volume``.
        out: folder of the exported bundle.
        model: checkpoint; None for where a training of this flavour puts it, below the current folder.
        config_files: overlays that the model was trained with; later ones change earlier ones.
        run: folder of the training that made the model, for its numbers.
        evaluation: folder of an evaluation of the model, for its numbers.
        version: of the bundle; None for that of the flavour's metadata.
        name: of the model, for people; None for that of the flavour's metadata.
        metadata: JSON file of entries that replace those of metadata.json, such as ``authors``.
        data_license: text file that says under which terms the data were used.
        torchscript: whether to write ``models/model.ts`` too.
        onnx: whether to write ``models/model.onnx`` too.
        pack: whether to write ``<out>.zip`` and its checksum too.
        overwrite: replace what a former export left.
    """

    flavour: str
    out: Path
    model: Path | None = None
    config_files: tuple[Path, ...] = ()
    run: Path | None = None
    evaluation: Path | None = None
    version: str | None = None
    name: str | None = None
    metadata: Path | None = None
    data_license: Path | None = None
    torchscript: bool = False
    onnx: bool = False
    pack: bool = False
    overwrite: bool = False

    @property
    def model_path(self) -> Path:
        """The checkpoint."""
        return self.model or Path(_MODELS[self.flavour])

    @property
    def configs(self) -> Path:
        """Folder of the flavour's configs."""
        return ROOT / FLAVOURS[self.flavour]

    @property
    def zip_path(self) -> Path:
        """The packed bundle, beside its folder."""
        folder = self.out.absolute()
        return folder.with_name(f"{folder.name}.zip")

    @property
    def inputs(self) -> list[Path]:
        """Files and folders that are read, besides those of the project."""
        given = (self.model_path, self.run, self.evaluation, self.metadata, self.data_license, *self.config_files)
        return [path for path in given if path is not None]

    def refuse_overlap(self) -> None:
        """Stop before anything that is read, or the project itself, lies where the export is written.

        Raises:
            DataError: naming what lies inside, or that the folder cannot be used.
        """
        out = self.out.resolve()
        if out == ROOT or out in ROOT.parents:
            raise DataError(f"{self.out} holds the project itself. Choose another folder with --out.")
        if any(out == ROOT / part or ROOT / part in out.parents for part in ("bundle", "configs", "scripts", "docs")):
            raise DataError(f"{self.out} lies in the project's own code. Choose another folder with --out.")
        inside = [path for path in self.inputs if out in (path.resolve(), *path.resolve().parents)]
        if inside:
            title = f"{self.out} holds files that are needed for the export; choose another folder with --out"
            raise DataError(list_problems(title, map(str, inside)))
        held = [path for path in (self.zip_path, self.zip_path.with_name(f"{self.zip_path.name}.sha256"))]
        if self.pack and not self.overwrite and any(path.is_file() for path in held):
            raise DataError(f"{self.zip_path} exists already. Choose another --out, or replace it with --overwrite.")
