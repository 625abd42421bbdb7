import re

import pytest
from monai.data import partition_dataset

from bundle.serving.app.lib.enough_drawings import TooFewDrawingsError, refuse_too_few


def split(drawn: int, share: float) -> tuple[int, int]:
    """As MONAI Label splits."""
    training, validation = partition_dataset(list(range(drawn)), ratios=[1 - share, share], shuffle=False)
    return len(training), len(validation)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.25, 0.34, 0.5, 0.8])
def test_with_as_many_more_as_the_message_says_there_are_enough(share):
    for drawn in range(12):
        try:
            refuse_too_few(drawn, *split(drawn, share), share)
        except TooFewDrawingsError as error:
            more = int(re.search(r"at least (\d+) more", str(error))[1])
            refuse_too_few(drawn + more, *split(drawn + more, share), share)
            if more > 1:
                with pytest.raises(TooFewDrawingsError):
                    refuse_too_few(drawn + more - 1, *split(drawn + more - 1, share), share)


def test_the_message_says_what_an_annotator_can_do():
    with pytest.raises(
        TooFewDrawingsError, match="no images have drawings.*val_split 0.2. .*at least 3 more images, then train"
    ):
        refuse_too_few(0, 0, 0, 0.2)
    with pytest.raises(TooFewDrawingsError, match="^1 image has a drawing.*at least 2 more images"):
        refuse_too_few(1, 1, 0, 0.2)
    with pytest.raises(TooFewDrawingsError, match="^2 images have drawings.*at least 1 more image,"):
        refuse_too_few(2, 2, 0, 0.2)


def test_with_validation_cases_of_the_bundle_one_drawing_is_enough():
    refuse_too_few(1, 1, None, -1)
    with pytest.raises(TooFewDrawingsError, match="no images have drawings, .*at least 1 more image,"):
        refuse_too_few(0, 0, None, -1)


def test_a_training_without_validation_is_told_what_to_ask_for():
    with pytest.raises(TooFewDrawingsError, match="no validation cases, since val_split is 0.*val_split 0.2.*-1"):
        refuse_too_few(5, 5, 0, 0)
