"""A MONAI Label app for bundles that are trained from drawings.

The server runs a copy of this folder, with the bundles under ``model``: it imports MONAI Label and MONAI alone.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import monailabel
import requests
from fastapi import HTTPException
from lib.datastore import StudiesFolder
from lib.errors import tell_client
from lib.infer import InferTask
from lib.safe_requests import UnsafeRequestError, refuse_unsafe
from lib.scoring import Uncertainty
from lib.strategy import MostUncertain
from lib.train import TrainTask
from monailabel.config import settings
from monailabel.interfaces.app import MONAILabelApp
from monailabel.interfaces.datastore import Datastore
from monailabel.tasks.activelearning.first import First
from monailabel.tasks.activelearning.random import Random
from monailabel.utils.async_tasks.utils import processes

logger = logging.getLogger(__name__)
# lists all modules of a bundle several times per request, and so hides what a failed training said last
logging.getLogger("monailabel.utils.others.class_utils").setLevel(logging.WARNING)


class CoarseLabelApp(MONAILabelApp):
    """Infer, train, score and rank with every bundle in the folder ``model`` of the app.

    Args:
        app_dir: folder of this file.
        studies: folder of images.
        conf: ``models`` names the bundles, separated by commas; without it all folders under ``model`` are taken.
    """

    def __init__(self, app_dir: str, studies: str, conf: dict[str, str]) -> None:
        folder = Path(app_dir) / "model"
        named = [name.strip() for name in conf.get("models", "").split(",") if name.strip()]
        names = named or sorted(path.name for path in folder.iterdir())
        # a training notes the paths of what it writes: those of the bundle itself stay valid without this folder
        self.bundles = {name: str((folder / name).resolve()) for name in names}
        super().__init__(
            app_dir=app_dir,
            studies=studies,
            conf=conf,
            name=f"Coarse label segmentation (MONAI Label {monailabel.__version__})",
            description="Segmentation networks that are trained from coarse drawings",
            version=monailabel.__version__,
        )

    def init_datastore(self) -> Datastore:
        """The folder of images, which nobody can leave by the name of an image."""
        if self.studies.startswith(("http://", "https://")):
            return super().init_datastore()
        return StudiesFolder(
            self.studies,
            extensions=settings.MONAI_LABEL_DATASTORE_FILE_EXT,
            auto_reload=settings.MONAI_LABEL_DATASTORE_AUTO_RELOAD,
            read_only=settings.MONAI_LABEL_DATASTORE_READ_ONLY,
        )

    def init_infers(self) -> dict[str, InferTask]:
        """One for each bundle that has a model."""
        tasks = {name: InferTask(path, self.conf) for name, path in self.bundles.items()}
        return {name: task for name, task in tasks.items() if task.is_valid()}

    def init_trainers(self) -> dict[str, TrainTask]:
        """One for each bundle."""
        tasks = {name: TrainTask(path, self.conf) for name, path in self.bundles.items()}
        return {name: task for name, task in tasks.items() if task.is_valid()}

    def init_strategies(self) -> dict[str, Callable]:
        """Viewers offer the first of them unasked."""
        return {"most_uncertain": MostUncertain(), "first": First(), "random": Random()}

    def init_scoring_methods(self) -> dict[str, Uncertainty]:
        """One, which scores with the first bundle."""
        return {"uncertainty": Uncertainty(self._infers)} if self._infers else {}

    def infer(self, request: dict[str, Any], datastore: Any = None) -> dict[str, Any]:
        """Segment one image.

        Raises:
            HTTPException: with the reason, when the request may not be answered, the model or image is unknown, or the
                inference fails.
        """
        try:
            refuse_unsafe(request)
        except UnsafeRequestError as error:
            raise HTTPException(400, str(error)) from error
        image, model = request.get("image"), request.get("model")
        if model not in self._infers:
            raise HTTPException(404, f"there is no model {model!r}; there are {', '.join(self._infers) or 'none'}")
        store = datastore or self.datastore()
        if not isinstance(image, str) or not (store.get_image_uri(image) or self._was_sent(image)):
            raise HTTPException(404, f"there is no image {image!r} in {self.studies}; names go without ending")
        try:
            return super().infer(request, datastore)
        except HTTPException:
            raise
        except Exception as error:
            logger.exception(f"the inference of {image} failed")
            raise tell_client(error, f"{model} on {image}") from error

    def _was_sent(self, image: str) -> bool:
        """Whether a path is that of an image that came with a request or a session."""
        if not Path(image).is_absolute() or not Path(image).exists():
            return False
        folders = [tempfile.gettempdir(), *([self._sessions.store_path] if self._sessions else [])]
        return any(Path(image).resolve().is_relative_to(Path(folder).resolve()) for folder in folders)

    def async_scoring(self, method: str | None, params: dict | None = None) -> dict[str, Any] | None:
        """Start a scoring in a process of its own, as MONAI Label does after each event, but only if there is need."""
        if method is None:
            due = any(scoring.outdated(self.datastore()) for scoring in self._scoring_methods.values())
            if not due or processes("scoring"):
                return {}
        try:
            return super().async_scoring(method, params)
        except requests.RequestException as error:
            # at the end of a training, which is no less complete for it: the server scores at the next occasion
            logger.warning(f"the server was not reached to score anew: {error}")
            return {}
