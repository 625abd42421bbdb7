import re

from export_support import flavour_config

from bundle.exporting.model_card import model_card

METADATA = flavour_config("volume", "metadata")
MANIFEST = {
    "flavour": "volume",
    "version": "1.0.0",
    "classes": ["background", "liver"],
    "settings": {"spacing": [1, 1, 2], "window": None, "method": "boxes"},
    "run": None,
    "commit": None,
    "commit_has_changes": None,
    "created": "2026-01-01T00:00:00Z",
    "intended_use": "Research.",
    "limits": ["One."],
    "data": None,
    "data_license": False,
    "metrics": {"validation": None, "evaluation": None},
}


def test_it_has_the_sections_of_the_zoo():
    card = model_card(MANIFEST, METADATA, ["LoadImaged"])
    headings = [line for line in card.splitlines() if line.startswith("#")]
    assert headings == [
        f"# {METADATA['name']}",
        "### **Authors**",
        "### **Tags**",
        "## **Model Description**",
        "## **Intended use**",
        "## **Data**",
        "### Preprocessing",
        "### Output",
        "## Performance",
        "## Commands Example",
        "# References",
        "# License",
    ]


def test_what_is_not_known_is_said_to_be_so():
    card = model_card(MANIFEST, METADATA, ["LoadImaged"])
    assert "commit of the code: not known" in card and "trained on is not known" in card and "Not measured." in card
    assert "* `spacing`: [1, 1, 2]\n* `window`: percentiles" in card


def test_what_is_known_is_told():
    counts = {"cases": 3, "drawn": 2, "dense": 1, "boxed": 0, "subjects": 0}
    data = {"fingerprint": {"sha256": "ab", "of": "files"}, "cases": {"training": counts}, "shares": {"liver": 0.125}}
    metrics = {
        "validation": {"val_dice": 0.91234, "epoch": 3},
        "evaluation": {"cases": 4, "val_dice": 0.8, "val_nsd": None},
    }
    known = {
        "data": data,
        "metrics": metrics,
        "run": {"name": "r", "epochs": 60},
        "commit": "abc",
        "commit_has_changes": False,
        "data_license": True,
    }
    card = model_card({**MANIFEST, **known}, METADATA, ["LoadImaged"])
    assert "| training | 3 | 2 | 1 | 0 |" in card and "liver 12.5 %" in card and "`abc`" in card
    assert "val_dice 0.9123" in card and "| val_nsd | undefined |" in card and "for 60 epochs" in card
    assert "docs/data_license.txt" in card and not re.search(r"not (known|measured)", card, re.IGNORECASE)


def test_code_that_is_in_no_commit_is_told():
    known = {"commit": "abc", "commit_has_changes": True}
    changed = model_card({**MANIFEST, **known}, METADATA, ["LoadImaged"])
    clean = model_card({**MANIFEST, **known, "commit_has_changes": False}, METADATA, ["LoadImaged"])
    assert "`abc`, **with changes that are in no commit**" in changed and "`abc`." in clean
    unknown = model_card({**MANIFEST, **known, "commit_has_changes": None}, METADATA, ["LoadImaged"])
    assert "`abc`; whether it had changes is not known." in unknown
