"""The metric within a MONAI evaluator, made from a config."""

from __future__ import annotations

import pytest
import torch
from monai.bundle import ConfigParser
from monai.engines import SupervisedEvaluator


def test_config_gives_a_metric_with_values_per_case():
    config = {
        "imports": ["$import monai.handlers"],
        "metric": {
            "_target_": "scripts.metrics.CentrelineDice",
            "include_background": False,
            "output_transform": "$monai.handlers.from_engine(['pred', 'label'])",
        },
    }
    reference = torch.zeros(2, 1, 9, 30)
    reference[:, :, 4, 3:23] = 1
    image = reference.clone()
    image[1, :, :, 13:] = 0
    data = [{"image": torch.cat([1 - image, image], 1), "label": torch.cat([1 - reference, reference], 1)}]
    parser = ConfigParser(config)
    evaluator = SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=data,
        network=torch.nn.Identity(),
        key_val_metric={"val_cldice": parser.get_parsed_content("metric")},
    )
    evaluator.run()
    assert evaluator.state.metric_details["val_cldice"].flatten().tolist() == pytest.approx([1, 2 / 3])
    assert evaluator.state.metrics["val_cldice"] == pytest.approx(5 / 6)
