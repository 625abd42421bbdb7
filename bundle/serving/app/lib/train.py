"""Training of a bundle on the labels of the datastore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.enough_drawings import refuse_too_few
from lib.safe_requests import refuse_unsafe
from monailabel.interfaces.datastore import Datastore
from monailabel.tasks.train.bundle import BundleTrainTask

__all__ = ["TrainTask"]


class TrainTask(BundleTrainTask):
    """MONAI Label's training, with the bundle's own number of epochs where a request names none.

    Args:
        path: folder of the bundle.
        conf: of the app.
    """

    def __init__(self, path: str, conf: dict[str, str]) -> None:
        super().__init__(path, conf, load_strict=True)

    def config(self) -> dict[str, Any]:
        """The options that a viewer shows and sends back."""
        return {**super().config(), **self._epochs()}

    def __call__(self, request: dict[str, Any], datastore: Datastore) -> dict[str, Any]:
        """Train to the end.

        Raises:
            UnsafeRequestError: when an option of the request may not be set.
        """
        # the server has set this one itself
        refuse_unsafe({name: value for name, value in request.items() if name != "bundle_path"})
        return super().__call__({**self._epochs(), **request}, datastore)

    def _partition_datalist(
        self, datalist: Sequence[dict[str, Any]], request: dict[str, Any], shuffle: bool = False
    ) -> tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]] | None]:
        """Split the drawings, those to validate on last.

        Raises:
            TooFewDrawingsError: when nothing is left to train or to validate on; the bundle's own message would be for
                somebody with a datalist.
        """
        training, validation = super()._partition_datalist(datalist, request, shuffle)
        share = request.get("val_split", 0.2)
        refuse_too_few(len(datalist), len(training), None if validation is None else len(validation), share)
        return training, validation

    def _load_checkpoint(self, model_pytorch: str, pretrained: bool, train_handlers: list[dict[str, Any]]) -> None:
        """Start from the model; MONAI Label fails where a request wants to start anew."""
        if pretrained:
            super()._load_checkpoint(model_pytorch, pretrained, train_handlers)

    def _update_overrides(self, overrides: dict[str, Any]) -> dict[str, Any]:
        """The settings of a training; the bundle tracks by itself, wherever a request says.

        With this key MONAI would add a handler that reads a loss which the trainer of this bundle does not put out.
        """
        overrides.pop(self.const.key_tracking(), None)
        return overrides

    def _epochs(self) -> dict[str, int]:
        epochs = self.bundle_config.get(self.const.key_train_trainer_max_epochs())
        return {"max_epochs": epochs} if isinstance(epochs, int) else {}
