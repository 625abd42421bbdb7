import json

import pytest
import torch
from monai.data import MetaTensor

from scripts.scoring import score_prediction
from scripts.transforms import ScoreUncertaintyd


@pytest.mark.parametrize("shape", [(6, 4), (6, 4, 5)])
def test_adds_the_score_to_the_results_of_a_server(shape):
    torch.manual_seed(0)
    pred = MetaTensor(torch.randn(2, *shape).softmax(0))
    scored = ScoreUncertaintyd("pred")({"pred": pred, "result": {"other": 1}})
    expected = score_prediction(pred)
    assert scored["result"] == {
        "other": 1,
        "uncertainty_score": expected.uncertainty,
        "foreground_share": expected.foreground_share,
    }
    assert scored["pred"] is pred
    json.dumps(scored["result"])


def test_needs_no_results_before():
    assert "uncertainty_score" in ScoreUncertaintyd("pred")({"pred": torch.full((2, 3, 3), 0.5)})["result"]
