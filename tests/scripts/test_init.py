import subprocess
import sys

SCRIPT = "import logging; logging.basicConfig(); import scripts; from monai.transforms import LoadImage; LoadImage()"


def test_loaders_do_not_tell_of_a_decoder_that_nothing_needs():
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)  # noqa: S603
    assert "nvImageCodec" not in run.stdout + run.stderr
