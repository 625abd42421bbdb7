"""The data sets that methods are compared on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bundle.benchmarking.draw_set import POLYGONS, drawings_folder
from bundle.benchmarking.prepare_camvid import CAMVID_CLASSES, prepare_camvid
from bundle.benchmarking.prepare_cityscapes import CITYSCAPES_IDS, prepare_cityscapes
from bundle.benchmarking.prepare_hippocampus import prepare_hippocampus
from bundle.benchmarking.prepare_mnist import prepare_mnist
from bundle.benchmarking.prepare_nuclei import prepare_nuclei
from bundle.benchmarking.prepare_retina import prepare_retina

__all__ = ["DATA_SETS", "DataSet"]

#: (data_root, out, quality, ratio, seed) -> folder of the datalists
Prepare = Callable[[Path, Path, str, float | None, int], Path]


@dataclass(frozen=True)
class DataSet:
    """A data set and what is trained on it.

    Attributes:
        name: as the command has it.
        title: as a report has it.
        citation: whom to cite.
        licence: what its files may be used for.
        train_config, evaluate_config: files of the product's configs, from the repository's root.
        overlay: config with the classes and whatever else the set needs, put on top of both; one of the same name in
            its folder ``small`` has the small network and the short training, see :meth:`overlays`.
        prepare: splits and draws; gives the folder ``OUT/drawings/<quality>-r<ratio>-s<seed>``.
        classes: of the network, background first.
        seeds: of a plan; a split that settings were chosen on is not among them.
        methods_left_out: methods that make no sense here.
        own_drawings: the drawings are people's and come with the set, so there is one quality and one ratio.
        own_split: the set says which cases are for training and which for the test, whatever the seed.
        new_cases: every seed makes its own test cases, so that equal names of two seeds are two cases.
    """

    name: str
    title: str
    citation: str
    licence: str
    prepare: Prepare
    classes: tuple[str, ...]
    overlay: str
    train_config: str = "configs/train.json"
    evaluate_config: str = "configs/evaluate.json"
    seeds: tuple[int, ...] = (0, 1, 2)
    methods_left_out: tuple[str, ...] = ()
    own_drawings: bool = False
    own_split: bool = False
    new_cases: bool = False

    def drawings(self, out: Path, quality: str, ratio: float | None, seed: int) -> Path:
        """The folder that :attr:`prepare` gives, made or not."""
        return drawings_folder(out, *((POLYGONS, 1.0) if self.own_drawings else (quality, ratio)), seed)

    def overlays(self, *, full: bool = False) -> list[str]:
        """Configs on top of the product's; with ``full`` these keep their network and length of training."""
        path = PurePosixPath(self.overlay)
        return [self.overlay] if full else [self.overlay, str(path.parent / "small" / path.name)]


# with two classes "not vessel" is a label of the background, and the complementary term no loss of its own
_NEED_MORE_CLASSES = (
    *("default_no_complementary", "partial_cross_entropy_no_complementary"),
    # nor is anything but background drawn where "not vessel" alone is looked at
    "coupled_literal_negative_only",
)

_SETS = (
    DataSet(
        name="mnist",
        title="MNIST digits on sheets of 6 x 6",
        citation="LeCun, Cortes, Burges, The MNIST database of handwritten digits, 1998",
        licence="CC BY-SA 3.0",
        prepare=prepare_mnist,
        classes=("background", "digit"),
        overlay="configs/benchmark/mnist.json",
        methods_left_out=_NEED_MORE_CLASSES,
        new_cases=True,
    ),
    DataSet(
        name="retina",
        title="LES-AV, vessels of fundus photographs",
        citation="Orlando et al., Towards a glaucoma risk index based on simulated hemodynamics from fundus images, "
        "MICCAI 2018",
        licence="scientific purposes only, no commercial use",
        prepare=prepare_retina,
        classes=("background", "vessel"),
        overlay="configs/benchmark/retina.json",
        # the default was chosen on seed 0
        seeds=(1, 2, 3),
        methods_left_out=_NEED_MORE_CLASSES,
    ),
    DataSet(
        name="camvid",
        title="CamVid street scenes at half size",
        citation="Brostow, Fauqueur, Cipolla, Semantic object classes in video, Pattern Recognition Letters 2009",
        licence="CC BY-NC 4.0",
        prepare=prepare_camvid,
        classes=("background", *CAMVID_CLASSES),
        overlay="configs/benchmark/camvid.json",
        own_split=True,
    ),
    DataSet(
        name="cityscapes",
        title="Cityscapes street scenes with coarse polygons",
        citation="Cordts et al., The Cityscapes dataset for semantic urban scene understanding, CVPR 2016",
        licence="non-commercial, with an account at cityscapes-dataset.com; no redistribution",
        prepare=prepare_cityscapes,
        classes=("background", *CITYSCAPES_IDS),
        overlay="configs/benchmark/cityscapes.json",
        own_drawings=True,
        own_split=True,
    ),
    DataSet(
        name="hippocampus",
        title="Hippocampus, 60 MR volumes of the Medical Segmentation Decathlon",
        citation="Antonelli et al., The Medical Segmentation Decathlon, Nature Communications 2022",
        licence="CC BY-SA 4.0",
        prepare=prepare_hippocampus,
        classes=("background", "anterior", "posterior"),
        overlay="configs/benchmark/hippocampus.json",
        train_config="configs/volume/train.json",
        evaluate_config="configs/volume/evaluate.json",
    ),
    DataSet(
        name="nuclei",
        title="Cell nuclei of the Data Science Bowl 2018, 256 x 256",
        citation="Caicedo et al., Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl, Nature "
        "Methods 2019",
        licence="CC0",
        prepare=prepare_nuclei,
        classes=("background", "nucleus"),
        overlay="configs/benchmark/nuclei.json",
        methods_left_out=_NEED_MORE_CLASSES,
    ),
)
DATA_SETS: dict[str, DataSet] = {data_set.name: data_set for data_set in _SETS}
