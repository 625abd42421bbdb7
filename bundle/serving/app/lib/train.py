"""Training of a bundle on the labels of the datastore."""

from __future__ import annotations

from typing import Any

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
        """Train to the end."""
        return super().__call__({**self._epochs(), **request}, datastore)

    def _epochs(self) -> dict[str, int]:
        epochs = self.bundle_config.get(self.const.key_train_trainer_max_epochs())
        return {"max_epochs": epochs} if isinstance(epochs, int) else {}
