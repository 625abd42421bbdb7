import socket

import pytest

from bundle.serving.checks import (
    check_bundles,
    check_environment,
    check_host,
    check_port,
    check_studies,
    is_loopback,
    notes,
)
from bundle.serving.environment import site_packages
from bundle.virtual_environment import python_of
from scripts.errors import SettingError


def refusal(call, *arguments, **options) -> str:
    with pytest.raises(SettingError) as error:
        call(*arguments, **options)
    return str(error.value)


def test_bundles_are_named_after_their_folders(make_bundle):
    bundle = make_bundle("vessels_2")
    assert check_bundles([bundle]) == {"vessels_2": bundle}


def test_all_that_is_missing_is_told_at_once(make_bundle):
    first, second = make_bundle("first"), make_bundle("second")
    (first / "models" / "model.pt").unlink()
    (first / "configs" / "train.json").unlink()
    (second / "configs" / "inference.json").write_text("{")
    told = refusal(check_bundles, [first, second, first.with_name("third")])
    assert f"{first} lacks configs/train.json, models/model.pt" in told
    assert f"{second / 'configs' / 'inference.json'} is no JSON" in told and "third is no folder" in told


@pytest.mark.parametrize("name", ["vessel_detection", "DeepEdit", "my_deepgrow", "classification"])
def test_names_that_monai_label_misreads_are_refused(make_bundle, name):
    assert "for one of another kind; rename the folder" in refusal(check_bundles, [make_bundle(name)])


@pytest.mark.parametrize("name", ["a,b", "with space", ".hidden"])
def test_names_that_cannot_be_part_of_an_address_are_refused(make_bundle, name):
    assert "use letters, digits and _ . - in it" in refusal(check_bundles, [make_bundle(name)])


def test_two_bundles_of_one_name_are_refused(make_bundle):
    bundles = [make_bundle("site_a/vessels"), make_bundle("site_b/vessels")]
    assert "vessels is the name of 2 bundles" in refusal(check_bundles, bundles)


def test_bundles_of_different_labels_are_refused_together(make_bundle):
    """A viewer would number the second bundle's labels from 4 on."""
    bundles = [make_bundle("vessels"), make_bundle("organs", {"liver": 1, "not liver": 2})]
    told = refusal(check_bundles, bundles)
    assert "start one server for each" in told and "organs has liver, not liver" in told
    assert len(check_bundles([bundles[0], make_bundle("other_vessels")])) == 2


@pytest.mark.parametrize(
    ("dimensions", "name"), [(2, "a.png"), (2, "a.jpg"), (2, "a.tif"), (3, "a.nii.gz"), (3, "a.nrrd")]
)
def test_images_of_the_bundle_s_kind_pass(make_bundle, make_studies, dimensions, name):
    assert check_studies(make_studies(name), [make_bundle(dimensions=dimensions)]) == []


def test_images_that_the_server_overlooks_are_named(make_bundle, make_studies):
    overlooked = ["b.JPG", "c.jpeg", "d.bmp", "e.mha", "f.tiff"]
    studies = make_studies("a.png", "notes.txt", ".lock", "datastore_v2.json", *overlooked)
    [told] = check_studies(studies, [make_bundle()])
    assert told.splitlines()[1:] == [f"  {name}" for name in overlooked]


def test_images_of_another_kind_are_named(make_bundle, make_studies):
    [told] = check_studies(make_studies("a.png", "b.nii.gz"), [make_bundle()])
    assert "cannot segment" in told and told.endswith("b.nii.gz")


def test_images_of_one_name_are_named(make_bundle, make_studies):
    [told] = check_studies(make_studies("a.png", "a.jpg", "b.png"), [make_bundle()])
    assert "several images of one name" in told and told.splitlines()[1:] == ["  a"]


def test_studies_without_a_fitting_image_are_refused(make_bundle, make_studies):
    told = refusal(check_studies, make_studies("a.png"), [make_bundle(dimensions=3)])
    assert "no image for vessels, which segments volumes" in told and "found a.png" in told
    assert "does not exist" in refusal(check_studies, make_bundle("other") / "nowhere", [])


def test_a_table_with_a_gap_is_told(make_bundle):
    assert notes([make_bundle()]) == []
    [told] = notes([make_bundle("gap", {"vessel": 1, "not vessel": 2, "background": 9, "ignore": 255})])
    assert told.endswith("cannot be painted: background")


def test_a_table_that_does_not_start_with_1_is_told(make_bundle):
    [told] = notes([make_bundle("late", {"vessel": 2})])
    assert "nothing to paint" in told


def test_only_this_machine_reaches_the_server_unless_that_is_meant():
    for host in ("127.0.0.1", "localhost", "::1"):
        assert is_loopback(host)
        check_host(host, open_to_network=False)
    for host in ("0.0.0.0", "192.168.1.5", "server.example"):
        assert not is_loopback(host)
        assert "--open-to-network" in refusal(check_host, host, open_to_network=False)
        check_host(host, open_to_network=True)


def test_a_port_in_use_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port} of 127.0.0.1 cannot be used" in refusal(check_port, "127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_a_missing_or_incomplete_environment_is_refused(tmp_path):
    assert "does not exist. Make it with `make monailabel`" in refusal(check_environment, tmp_path / "none")
    for name in ("monai", "torch", "torchvision"):
        (site_packages(tmp_path) / name).mkdir(parents=True)
    assert "lacks monailabel" in refusal(check_environment, tmp_path)
    (site_packages(tmp_path) / "monailabel").mkdir()
    python_of(tmp_path).parent.mkdir()
    python_of(tmp_path).touch()
    check_environment(tmp_path)
