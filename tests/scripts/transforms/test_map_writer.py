import torch

from scripts.transforms.map_writer import to_grey


def test_fractions_become_grey_values():
    assert to_grey(torch.tensor([-0.01, 0.0, 0.5, 1.0, 1.01])).tolist() == [0, 0, 128, 255, 255]
