"""Which of nnU-Net's trainers is used, and so for how long it trains."""

from __future__ import annotations

import os

from scripts.errors import SettingError

__all__ = ["OWN_TRAINER", "QUICK_TRAINERS", "TRAINER", "choose_trainer"]

#: Variable that names another trainer class of nnU-Net, such as ``nnUNetTrainer_250epochs``.
TRAINER = "NNUNET_TRAINER"
#: 1000 epochs of 250 steps.
OWN_TRAINER = "nnUNetTrainer"
#: Those of a quick run, by device: epochs of 250 steps, nothing near what nnU-Net can reach.
QUICK_TRAINERS = {"cuda": "nnUNetTrainer_5epochs", "cpu": "nnUNetTrainer_1epoch"}


def choose_trainer(device: str, *, quick: bool) -> str:
    """The trainer of the variable :data:`TRAINER`, else nnU-Net's own, or a short one for a quick run.

    Args:
        device: ``cuda`` or ``cpu``.
        quick: whether the run is.

    Raises:
        SettingError: nnU-Net's own would be run on a processor.
    """
    named = os.environ.get(TRAINER)
    if named:
        return named
    if quick:
        return QUICK_TRAINERS[device]
    if device != "cuda":
        raise SettingError(
            f"the method nnunet_ignore trains for 250,000 steps, and PyTorch in nnU-Net's environment sees no GPU, so "
            f"that this would take weeks. Run it on a machine with a GPU, with --quick, or name a shorter trainer of "
            f"nnU-Net in the variable {TRAINER}."
        )
    return OWN_TRAINER
