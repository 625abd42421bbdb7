"""Where data sets come from, and what their licences allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bundle.benchmarking.unpack import unpack_decathlon, unpack_les_av

__all__ = ["SOURCES", "WITHOUT_DOWNLOAD", "Source"]


@dataclass(frozen=True)
class Source:
    """A file that anybody may download.

    Attributes:
        name: of the data set, as ``python -m bundle benchmark`` has it.
        url: of the file.
        file: its name on disk.
        sha256: of the file; None where nobody publishes it.
        licence: what it may be used for.
        names: folders that the archive becomes; none for a file that is used as it is.
        unpack: writes them: (archive, folder).
    """

    name: str
    url: str
    file: str
    sha256: str | None
    licence: str
    names: tuple[str, ...] = ()
    unpack: Callable[[Path, Path], None] | None = None


_ALL = (
    Source(
        name="mnist",
        url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        file="mnist.npz",
        # as Keras checks it (keras/src/datasets/mnist.py)
        sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        licence="MNIST, Yann LeCun and Corinna Cortes, CC BY-SA 3.0.",
    ),
    Source(
        name="retina",
        # the file of https://figshare.com/articles/dataset/LES-AV_dataset/11857698
        url="https://ndownloader.figshare.com/files/21732282",
        file="LES-AV.zip",
        sha256=None,
        licence="LES-AV (Orlando et al., MICCAI 2018): scientific purposes only, no commercial use; cite the paper.",
        names=("images", "masks_vessel", "fov"),
        unpack=unpack_les_av,
    ),
    Source(
        name="hippocampus",
        url="https://msd-for-monai.s3-us-west-2.amazonaws.com/Task04_Hippocampus.tar",
        file="Task04_Hippocampus.tar",
        # of the file whose MD5 monai.apps.DecathlonDataset checks, 9d24dba78a72977dbd1d2e110310f31b
        sha256="282d808a3e84e5a52f090d9dd4c0b0057b94a6bd51ad41569aef5ff303287771",
        licence="Medical Segmentation Decathlon (Antonelli et al., Nature Communications 2022), CC BY-SA 4.0.",
        names=("images", "labels"),
        unpack=unpack_decathlon,
    ),
)
SOURCES: dict[str, Source] = {source.name: source for source in _ALL}

#: Data sets that are not downloaded from here: why, where they are, and what the folder must look like.
WITHOUT_DOWNLOAD: dict[str, str] = {
    "cityscapes": (
        "Cityscapes may not be passed on, and each user needs an account and must accept its licence (non-commercial "
        "use): https://www.cityscapes-dataset.com. Unpack leftImg8bit_trainvaltest.zip, gtFine_trainvaltest.zip and "
        "gtCoarse.zip into one folder, which then holds leftImg8bit, gtFine and gtCoarse."
    ),
    "camvid": (
        "CamVid (Brostow et al., 2009) is for non-commercial use and its owners' page is the place to get it: "
        "http://mi.eng.cam.ac.uk/research/projects/VideoRec/CamVid. The folder must hold train and test, each with "
        "images and masks of the same names; masks are PNG with 0 sky, 1 building, 2 pole, 3 road, 4 pavement, 5 tree, "
        "6 sign, 7 fence, 8 car, 9 pedestrian, 10 bicyclist, 11 void."
    ),
    "nuclei": (
        "The nuclei of the Data Science Bowl 2018 are CC0, but come as one picture per nucleus, which is not converted "
        "here: https://bbbc.broadinstitute.org/BBBC038, stage1_train.zip. Of each image of 256 x 256, put the picture "
        "in the folder images, and the union of its nuclei, 0 and 255, in masks, as PNG of the same name."
    ),
}
