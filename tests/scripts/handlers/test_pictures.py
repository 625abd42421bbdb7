"""Which pictures an evaluator run writes, from real runs on images 40 wide and 24 high."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest
import torch
from monai.data import DataLoader, Dataset, MetaTensor
from monai.engines import SupervisedEvaluator
from monai.handlers import MeanDice, from_engine
from monai.transforms import AsDiscreted, Compose, CopyItemsd, LoadImaged
from nibabel.orientations import axcodes2ornt, ornt_transform
from PIL import Image

from scripts.constants import IGNORE
from scripts.errors import SettingError
from scripts.handlers.overlay import class_colour
from scripts.handlers.pictures import CasePictures, ValidationPictures, ranked_cases


def case(name: str, overlap: int, reference: bool = True) -> dict[str, MetaTensor]:
    """A bar of ten pixels, of which the network finds ``overlap``."""
    label, pred = torch.zeros(1, 40, 24), torch.zeros(1, 40, 24)
    label[0, 10:20, 4] = float(reference)
    pred[0, 20 - overlap : 30 - overlap, 4] = 1
    meta = {"filename_or_obj": f"/data/{name}.png"}
    image = MetaTensor(torch.cat([1 - pred, pred]), meta=meta)
    return {"image": image, "label": MetaTensor(torch.cat([1 - label, label]))}


def evaluator_of(cases, *handlers, batch_size=1, probability=False) -> SupervisedEvaluator:
    post = [CopyItemsd("pred", names="probability")] * probability + [AsDiscreted("pred", argmax=True, to_onehot=2)]
    return SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DataLoader(Dataset(cases), batch_size=batch_size),
        network=torch.nn.Identity(),
        postprocessing=Compose(post),
        key_val_metric={
            "val_dice": MeanDice(include_background=False, output_transform=from_engine(["pred", "label"]))
        },
        val_handlers=handlers,
    )


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("batch_size", [1, 3])
def test_worst_median_and_best(tmp_path, batch_size):
    cases = [case("c", 5), case("e", 9), case("a", 1), case("d", 7), case("b", 3)]
    evaluator_of(cases, CasePictures(tmp_path), batch_size=batch_size).run()
    assert names(tmp_path) == ["best_e.png", "median_c.png", "worst_a.png"]


def test_cases_without_a_value_take_no_part(tmp_path):
    cases = [case("empty", 5, reference=False), case("a", 1), case("b", 6)]
    evaluator_of(cases, CasePictures(tmp_path)).run()
    assert names(tmp_path) == ["best_b.png", "worst_a.png"]


def test_no_case_with_a_value(tmp_path, caplog):
    evaluator_of([case("empty", 5, reference=False)], CasePictures(tmp_path / "pictures")).run()
    assert not (tmp_path / "pictures").exists()
    assert "undefined for all 1 cases" in caplog.text


def test_earlier_pictures_are_replaced_and_other_files_stay(tmp_path):
    for name in ("worst_old.png", "rank02of10_old.png", "worst case.txt", "mine.png"):
        (tmp_path / name).touch()
    evaluator_of([case("only", 5)], CasePictures(tmp_path)).run()
    assert names(tmp_path) == ["best_only.png", "mine.png", "worst case.txt"]


def test_names_with_folders_make_one_file_name(tmp_path):
    evaluator_of([case("p1/scan", 5), case("p2/scan", 6)], CasePictures(tmp_path)).run()
    assert names(tmp_path) == ["best_p2_scan.png", "worst_p1_scan.png"]


def test_agreement_shows_found_missed_and_false(tmp_path):
    evaluator_of([case("a", 6)], CasePictures(tmp_path)).run()
    picture = np.asarray(Image.open(tmp_path / "best_a.png").convert("RGB")).astype(int)
    agreement = picture[:, -496:-16]  # the last panel, 480 wide
    red, green, blue = np.moveaxis(agreement, -1, 0)
    missed = (blue > red + 80) & (blue > green + 80)
    found = (green > red + 80) & (green > blue + 60)
    false_alarm = (red > green + 80) & (red > blue + 80)
    # the scale is 12; along x come 4 missed pixels, 6 found ones, 4 false ones
    columns = [np.argwhere(mask.sum(axis=0) > 6).ravel() for mask in (missed, found, false_alarm)]
    for seen, (first, count) in zip(columns, [(10, 4), (14, 6), (20, 4)]):
        assert abs(seen.min() - 12 * first) <= 4
        assert abs(len(seen) - 12 * count) <= 6


@pytest.mark.parametrize(
    ("values", "count", "expected"),
    [
        ([0.5, 0.9, 0.1], 3, [("worst", 2), ("median", 0), ("best", 1)]),
        ([0.4, 0.1, 0.3, 0.2], 3, [("worst", 1), ("median", 3), ("best", 0)]),
        ([0.4, 0.1], 3, [("worst", 1), ("best", 0)]),
        ([0.4], 3, [("best", 0)]),
        ([0.5, 0.9, 0.1], 1, [("median", 0)]),
        ([0.5, 0.9, 0.1], 2, [("worst", 2), ("best", 1)]),
        ([0, 1, 2, 3, 4], 5, [("worst", 0), ("rank02of05", 1), ("median", 2), ("rank04of05", 3), ("best", 4)]),
        ([np.nan, 0.2], 3, [("best", 1)]),
        ([np.nan], 3, []),
    ],
)
def test_ranking(values, count, expected):
    assert ranked_cases(np.array(values, dtype=float), count) == expected


def test_validation_pictures_carry_the_trainers_epoch(tmp_path):
    evaluator = evaluator_of([case("a", 3), case("b", 5)], ValidationPictures(tmp_path, interval=2), probability=True)
    for epoch in (0, 5, 10, 15):
        evaluator.run(epoch)
    assert names(tmp_path) == ["validation_epoch_0000.png", "validation_epoch_0010.png", "validation_latest.png"]
    assert (tmp_path / "validation_latest.png").read_bytes() == (tmp_path / "validation_epoch_0010.png").read_bytes()


@pytest.mark.parametrize(("count", "batch_size", "rows"), [(1, 1, 1), (3, 2, 3), (9, 2, 4)])
def test_as_many_rows_as_asked_for(tmp_path, count, batch_size, rows):
    cases = [case(str(k), k) for k in range(4)]
    evaluator_of(cases, ValidationPictures(tmp_path, count=count), batch_size=batch_size).run(1)
    height = Image.open(tmp_path / "validation_latest.png").height
    assert height == pytest.approx(rows * (240 + 88 * 2 / 3) + 16 * 2 / 3, abs=2)


def test_probability_panel_and_grey_for_not_labelled(tmp_path):
    unlabelled = case("a", 5)
    unlabelled["label"] = MetaTensor(torch.full((1, 40, 24), IGNORE))
    evaluator = evaluator_of([unlabelled], probability=True)
    ValidationPictures(tmp_path, key_metric=None).attach(evaluator)
    evaluator.run(1)
    picture = np.asarray(Image.open(tmp_path / "validation_latest.png").convert("RGB"))
    assert picture.shape[1] > 4 * 400
    grey = (picture == 128).all(axis=-1)
    assert grey.sum() > 0.9 * 400 * 240


class OneHot(torch.nn.Module):
    """Predicts the three classes that its input names."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x == k for k in range(3)], dim=1).float()


def volume_pictures(folder, codes: str):
    """Pictures of a volume of three classes, stored as ``codes``, of which the network finds the classes as they are.

    Anterior (1) lies in front of posterior (2) and further left, so that every flip would show.
    """
    labels = np.zeros((20, 24, 16), np.uint8)
    labels[4:9, 13:21, 3:9], labels[9:16, 5:13, 5:12] = 1, 2
    orientation = ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(codes))
    folder.mkdir()
    nibabel.save(nibabel.Nifti1Image(labels, np.eye(4)).as_reoriented(orientation), folder / "scan.nii.gz")
    files = dict.fromkeys(("image", "label"), str(folder / "scan.nii.gz"))
    load = Compose([LoadImaged(("image", "label"), ensure_channel_first=True), AsDiscreted("label", to_onehot=3)])
    names = ["background", "anterior", "posterior"]
    pictures = folder / "pictures"
    SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DataLoader(Dataset([files], load)),
        network=OneHot(),
        postprocessing=AsDiscreted("pred", argmax=True, to_onehot=3),
        key_val_metric={
            "val_dice": MeanDice(include_background=False, output_transform=from_engine(["pred", "label"]))
        },
        val_handlers=[CasePictures(pictures, classes=names), ValidationPictures(pictures, classes=names)],
    ).run(1)
    return pictures


def test_volume_of_three_classes_looks_the_same_however_it_is_stored(tmp_path):
    expected = volume_pictures(tmp_path / "a", "RAS")
    other = volume_pictures(tmp_path / "b", "PIR")
    for name in ("best_scan.png", "validation_latest.png"):
        assert (other / name).read_bytes() == (expected / name).read_bytes()
    shown = np.asarray(Image.open(expected / "best_scan.png").convert("RGB")).astype(int)
    # 512 pixels high for 24 voxels; the reference is the second panel
    scale, left = 512 / 24, 14 + 427 + 14
    first, second = (
        np.argwhere(abs(shown[:, left : left + 427] - class_colour(k, 3)).max(axis=-1) < 9) for k in (1, 2)
    )
    assert np.ptp(first, axis=0) == pytest.approx((8 * scale, 5 * scale), abs=3)
    assert np.ptp(second, axis=0) == pytest.approx((8 * scale, 7 * scale), abs=3)
    assert (first.mean(axis=0) < second.mean(axis=0)).all()


@pytest.mark.parametrize("handler", [CasePictures, ValidationPictures])
def test_count_must_be_positive(tmp_path, handler):
    with pytest.raises(SettingError, match="'count'"):
        handler(tmp_path, count=0)


def test_unknown_metric_names_those_that_exist(tmp_path):
    with pytest.raises(SettingError, match=r"'other'.*\['val_dice'\]"):
        evaluator_of([case("a", 5)], CasePictures(tmp_path, key_metric="other")).run()
