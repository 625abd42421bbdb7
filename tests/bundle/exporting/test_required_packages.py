from tests_support import ROOT

from bundle.exporting.required_packages import required_packages


def test_what_is_imported_and_pinned_is_listed(tmp_path):
    (tmp_path / "a.py").write_text(
        "import os\nfrom PIL import Image\n\ndef f():\n    import skimage.draw\n    import cv2\n"
    )
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# pins\nmonai==1.0\nscikit-image==0.26.0\npillow==13.0.0\nclick==8\nfire==0.7.1\n")
    assert required_packages(tmp_path, requirements) == {
        "scikit-image": "0.26.0",
        "pillow": "13.0.0",
        "fire": "0.7.1",
    }


def test_of_the_project_all_are_found():
    found = required_packages(ROOT / "scripts", ROOT / "requirements.txt")
    needed = {"pytorch-ignite", "mlflow", "scikit-image", "scipy", "pillow", "nibabel", "itk", "matplotlib", "tqdm"}
    assert needed <= set(found) and not {"click", "torch", "monai", "highdicom"} & set(found)
