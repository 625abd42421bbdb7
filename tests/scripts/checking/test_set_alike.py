"""Pictures that are nearly the same."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from scripts.checking.record import CaseRecord, ImageFacts
from scripts.checking.set_alike import judge_alike, similar_looks


def difference_hash(picture):
    grey = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)).astype(int)
    bits = (grey[:, 1:] > grey[:, :-1]).ravel()
    return f"{int(''.join(map(str, bits.astype(int))), 2):016x}"


def case(path, number=0, section="training", look=""):
    with Image.open(path) as file:
        picture = file.convert("RGB")
    values = np.asarray(picture, dtype=np.float64)
    facts = ImageFacts(
        str(path),
        True,
        size=list(picture.size),
        pixels=hashlib.sha256(values.tobytes()).hexdigest(),
        look=look or difference_hash(picture),
        minimum=values.min(),
        maximum=values.max(),
        mean=values.mean(),
        std=values.std(),
    )
    return CaseRecord(f"{section}[{number}]", section, "dense", facts)


def picture(seed, size=(96, 64)):
    """Smooth random colours."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def save(folder, name, image, **options):
    image.save(folder / name, **options)
    return folder / name


def test_pairs_of_hashes_that_differ_in_few_bits():
    looks = np.zeros(1200, dtype=np.uint64) + np.arange(1200, dtype=np.uint64) * np.uint64(0x0F0F0F0F0F0F0F0F)
    looks[[3, 700, 1100]] = [0, 0b111, 0b11110000]
    looks[[i for i in range(1200) if i not in (3, 700, 1100)]] = [
        int.from_bytes(hashlib.sha256(bytes([i % 256, i // 256])).digest()[:8]) | 1 << 63
        for i in range(1200)
        if i not in (3, 700, 1100)
    ]
    pairs = [(i, j, n) for first, second, bits in similar_looks(looks) for i, j, n in zip(first, second, bits)]
    assert pairs == [(3, 700, 3)]


def test_a_picture_saved_as_jpeg_or_scaled_is_found(tmp_path):
    paths = [
        save(tmp_path, "a.png", picture(0)),
        save(tmp_path, "a.jpg", picture(0), quality=80),
        save(tmp_path, "small.png", picture(0).resize((72, 48))),
        save(tmp_path, "b.png", picture(1)),
    ]
    (finding,) = judge_alike([case(path, number) for number, path in enumerate(paths)])
    assert (finding.check, finding.where) == ("near-duplicate", "training[0]")
    assert finding.message.startswith("3 images look alike; if they show the same")
    assert [line.split("/")[-1] for line in finding.message.splitlines()[1:]] == ["a.png", "a.jpg", "small.png"]


def test_groups_across_lists_come_first_and_say_so(tmp_path):
    cases = []
    for seed, section in ((0, "training"), (1, "validation")):
        cases.append(case(save(tmp_path, f"{seed}.png", picture(seed)), seed))
        cases.append(case(save(tmp_path, f"{seed}.jpg", picture(seed), quality=80), seed + 10, section))
    first, second = judge_alike(cases)
    assert first.message.startswith("2 images look alike; they stand in different lists")
    assert (first.where, second.where) == ("training[1]", "training[0]")


def test_many_groups_are_summed_up(tmp_path):
    cases = []
    for seed in range(7):
        cases.append(case(save(tmp_path, f"{seed}.png", picture(seed)), 2 * seed))
        cases.append(case(save(tmp_path, f"{seed}.jpg", picture(seed), quality=80), 2 * seed + 1))
    findings = judge_alike(cases)
    assert len(findings) == 6
    assert findings[-1].message.startswith("2 more groups of images look alike")


def test_a_similar_hash_alone_is_not_enough(tmp_path):
    cases = [case(save(tmp_path, f"{seed}.png", picture(seed)), seed, look="00ff00ff00ff00ff") for seed in range(6)]
    assert judge_alike(cases) == []


def test_another_tone_or_proportion_is_another_picture(tmp_path):
    usual = picture(0)
    darker = usual.point(lambda value: int(value * 0.9))
    wider = usual.resize((110, 64))
    for name, other in (("darker", darker), ("wider", wider)):
        cases = [case(save(tmp_path, "a.png", usual)), case(save(tmp_path, f"{name}.png", other), 1)]
        assert judge_alike(cases) == []


def test_copies_and_what_cannot_be_read_are_left_out(tmp_path):
    path = save(tmp_path, "a.png", picture(0))
    gone = case(save(tmp_path, "a.jpg", picture(0), quality=80), 2)
    (tmp_path / "a.jpg").unlink()
    flat = case(save(tmp_path, "flat.png", Image.new("RGB", (96, 64), "grey")), 3)
    assert judge_alike([case(path), case(path, 1), gone, flat]) == []


@pytest.mark.parametrize("deep", [np.uint16, np.int32])
def test_deep_grey_is_compared_too(tmp_path, deep):
    values = np.asarray(picture(0).convert("L")).astype(deep) * 100
    paths = [
        save(tmp_path, "a.tif", Image.fromarray(values)),
        save(tmp_path, "b.tif", Image.fromarray(values + deep(9))),
    ]
    look = {"look": "00ff00ff00ff00ff", "size": [96, 64], "mean": 5000.0, "std": 1000.0, "minimum": 0, "maximum": 9}
    cases = [
        CaseRecord(f"training[{n}]", "training", "dense", ImageFacts(str(path), True, pixels=str(n), **look))
        for n, path in enumerate(paths)
    ]
    assert len(judge_alike(cases)) == 1


def test_photographs_of_eyes_are_alike_by_their_hash_but_not_taken_for_copies(les_av):
    paths = [les_av / "images" / f"{name}.png" for name in (33, 49, 486)]
    assert judge_alike([case(path, number, look="00ff00ff00ff00ff") for number, path in enumerate(paths)]) == []


def test_frames_of_a_standing_car_are_found(camvid):
    paths = [camvid / "test" / "images" / f"Seq05VD_f{number}.png" for number in ("01980", "02220", "02700", "03180")]
    (finding,) = judge_alike([case(path, number) for number, path in enumerate(paths)])
    assert finding.message.startswith("3 images look alike")
