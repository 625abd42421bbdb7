"""A trainer of nnU-Net for tests, found through nnU-Net's variable ``nnUNet_extTrainer``: it learns nothing.

Only nnU-Net's own environment imports this.
"""

import torch
from dynamic_network_architectures.architectures.unet import PlainConvUNet
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from torch import nn

_WIDTH = 4


class nnUNetTrainerShort(nnUNetTrainer):  # noqa: N801, as nnU-Net names them
    """nnU-Net's own trainer with two steps, a narrow network and no validation on its training cases at the end."""

    def __init__(
        self,
        plans: dict,
        configuration: str,
        fold: int,
        dataset_json: dict,
        device: torch.device = torch.device("cpu"),  # noqa: B008, as nnU-Net has it
    ) -> None:
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.num_epochs, self.num_iterations_per_epoch, self.num_val_iterations_per_epoch = 1, 2, 1

    @staticmethod
    def build_network_architecture(
        plans_manager, configuration_manager, num_input_channels, num_output_channels, enable_deep_supervision=True
    ) -> nn.Module:
        """The planned network with few features."""
        arguments = dict(configuration_manager.network_arch_init_kwargs)
        arguments["features_per_stage"] = [_WIDTH] * len(arguments["features_per_stage"])
        return get_network_from_plans(
            f"{PlainConvUNet.__module__}.{PlainConvUNet.__name__}",
            arguments,
            configuration_manager.network_arch_init_kwargs_req_import,
            num_input_channels,
            num_output_channels,
            allow_init=True,
            deep_supervision=enable_deep_supervision,
        )

    def perform_actual_validation(self, save_probabilities: bool = False) -> None:
        """Nothing: a network of two steps needs none."""
