import pytest
from export_support import flavour_config

from bundle.exporting.deployed_metadata import checked_version, deployed_metadata
from scripts.errors import SettingError

BASE, TRAIN = flavour_config("volume", "metadata"), flavour_config("volume", "train")


def _metadata(classes=("background", "anterior", "posterior"), train=TRAIN, **options):
    given = {"in_channels": 1, "packages": {"nibabel": "5.4.2"}, "version": "1.2.0"}
    return deployed_metadata(BASE, train, classes=list(classes), **{**given, **options})


def test_channels_are_the_classes():
    pred = _metadata(["background", "liver"])["network_data_format"]["outputs"]["pred"]
    assert (pred["num_channels"], pred["channel_def"]) == (2, {"0": "background", "1": "liver"})


def test_the_version_has_an_entry_in_the_changelog():
    metadata = _metadata()
    assert metadata["version"] == "1.2.0" and set(metadata["changelog"]) == {"0.1.0", "1.2.0"}
    assert "anterior, posterior" in metadata["changelog"]["1.2.0"]


def test_other_classes_are_not_described_as_the_flavours_own():
    metadata = _metadata(["background", "liver"], {**TRAIN, "window": [-160, 240]})
    text = f"{metadata['task']} {metadata['description']}"
    assert "liver" in text and "anterior" not in str(metadata)
    assert metadata["network_data_format"]["inputs"]["image"]["modality"] == "CT"
    assert _metadata()["description"] == BASE["description"]


@pytest.mark.parametrize(("annotation", "told"), [("global", True), ("none", False)])
def test_other_classes_are_described_as_they_were_learned(annotation, told):
    metadata = _metadata(["background", "liver"], {**TRAIN, "annotation": annotation})
    assert ("annotator's errors" in metadata["description"]) == told


def test_the_input_follows_the_network():
    image = _metadata(in_channels=2)["network_data_format"]["inputs"]["image"]
    assert (image["num_channels"], image["channel_def"]) == (2, {"0": "channel 0", "1": "channel 1"})


def test_entries_replace_what_the_flavour_says():
    entries = {"authors": "Our clinic", "network_data_format#inputs#image#modality": "CT"}
    metadata = _metadata(name="Liver", entries=entries)
    assert (metadata["name"], metadata["authors"]) == ("Liver", "Our clinic")
    assert metadata["network_data_format"]["inputs"]["image"]["modality"] == "CT"


@pytest.mark.parametrize("key", ["version", "network_data_format#outputs#pred#num_channels"])
def test_what_follows_from_the_model_cannot_be_changed(key):
    with pytest.raises(SettingError, match="follows from the model"):
        _metadata(entries={key: 1})


@pytest.mark.parametrize("version", ["1.0.0", "0.10.2-rc.1", "2.0.0+build.5"])
def test_semantic_versions(version):
    assert checked_version(version) == version


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "01.0.0", "1.0.0 ", ""])
def test_other_versions_are_refused(version):
    with pytest.raises(SettingError, match="three numbers"):
        checked_version(version)
