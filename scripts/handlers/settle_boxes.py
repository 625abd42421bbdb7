"""Settles boxes again and again while a network trains."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ignite.distributed as idist
import numpy as np
import torch
from ignite.engine import Engine, Events
from monai.networks import eval_mode
from torch import nn
from tqdm import tqdm

from scripts.boxes.settle import settle
from scripts.boxes.settled_files import epoch_folder, forget_after, forget_before, latest_folder, write_settled
from scripts.boxes.settling_record import METRICS, SettlingRecord
from scripts.data.sized_cache import SizedCacheDataset
from scripts.errors import SettingError
from scripts.handlers.box_pictures import BoxPictures
from scripts.handlers.case_scene import as_array
from scripts.losses import class_margin
from scripts.replacing import replacing

__all__ = ["SettleBoxes"]

logger = logging.getLogger(__name__)

_RECORD = "metrics.json"


class SettleBoxes:
    """At the start of every few epochs, an averaged network decides what it can inside the boxes.

    Online bootstrapping (Neven et al., ICCVW 2021, arXiv 2110.05926); when, by which network and by which rules
    (:func:`scripts.boxes.settle.settle`) is our reading. Every training case with boxes is looked at whole, and
    always anew: what was settled before can become uncertain again. :class:`scripts.transforms.LoadSettledd` reads the
    result back. Nothing random is drawn.

    ``engine.state.metrics`` has the latest ``box_settled`` and, where references are known, ``box_agreement``,
    ``box_agreement_foreground`` and ``box_agreement_background``, see :class:`SettlingRecord`. What is settled is kept
    as long as a resumed run may need it, which then goes on with what the unbroken one had.

    In a distributed run the processes share the cases, and all need the same folder. Attach it after the handlers that
    load checkpoints.

    Args:
        network: averaged copy of a :class:`scripts.networks.CoupledSegmenter`, as of :class:`AveragedNetwork`.
        dataset: of the training.
        inferer: MONAI's, such as a sliding window.
        folder: for the settled boxes; that of this run alone.
        device: of the network.
        start: share of the training after which boxes are settled first, in [0, 1]; None for never.
        interval: in epochs.
        threshold: of the log variance; that which the network started from: what has fallen below is sure.
        classes: names of the classes, background first.
        min_foreground: see :func:`settle`.
        tight: see :func:`settle`.
        min_margin: see :func:`settle`.
        pictures: folder that gets a folder ``boxes`` with film strips, see :class:`BoxPictures`; None for none.
        picture_count: number of cases of which there are strips, the first ones.
        checkpoint_interval: at most so many epochs lie between two checkpoints.
        amp: whether to use automatic mixed precision.
        progress: whether a progress bar is shown.

    Raises:
        SettingError: for values out of range.
    """

    def __init__(
        self,
        network: nn.Module,
        dataset: SizedCacheDataset,
        inferer: Callable[..., Any],
        folder: str | Path,
        device: str | torch.device,
        *,
        start: float | None,
        interval: int,
        threshold: float,
        classes: Sequence[str],
        min_foreground: float = 0.1,
        tight: bool = True,
        min_margin: float = 0.0,
        pictures: str | Path | None = None,
        picture_count: int = 4,
        checkpoint_interval: int = 1,
        amp: bool = False,
        progress: bool = True,
    ) -> None:
        for name, share in (("start", start), ("min_foreground", min_foreground)):
            if share is not None and not 0 <= share <= 1:
                raise SettingError(f"{name} of SettleBoxes is a share and must lie in [0, 1], got {share}.")
        if interval < 1 or checkpoint_interval < 1:
            raise SettingError(
                "interval and checkpoint_interval of SettleBoxes must be at least 1 epoch, got "
                f"{interval} and {checkpoint_interval}."
            )
        if min_margin < 0:
            raise SettingError(f"min_margin of SettleBoxes must be at least 0, got {min_margin}.")
        self.network = network
        self.dataset = dataset
        self.inferer = inferer
        self.folder = Path(folder)
        self.device = torch.device(device)
        self.start = start
        self.interval = interval
        self.rules = {
            "threshold": threshold,
            "min_foreground": min_foreground,
            "tight": tight,
            "min_margin": min_margin,
        }
        self.pictures = None if pictures is None else BoxPictures(Path(pictures) / "boxes", classes)
        self.picture_count = picture_count
        self.checkpoint_interval = checkpoint_interval
        self.amp = amp
        self.progress = progress

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer."""
        if self.start is not None:
            engine.add_event_handler(Events.STARTED, self._start)
            engine.add_event_handler(Events.EPOCH_STARTED(event_filter=self._is_due), self)

    @property
    def cases(self) -> list[int]:
        """Indices of the cases in whose boxes something is to be settled."""
        # the boxes of a dense case say nothing new, and without any box there is nothing to settle
        return [
            index
            for index, case in enumerate(self.dataset.data)
            if case.get("boxes") and case.get("supervision") != "dense"
        ]

    def _is_due(self, engine: Engine, epoch: int) -> bool:
        # rounded, since 0.7 * 10 is a little more than 7
        since = epoch - 1 - math.ceil(round(self.start * engine.state.max_epochs, 6))
        return since >= 0 and since % self.interval == 0

    def _start(self, engine: Engine) -> None:
        """Go on with what was settled by the time that the run was interrupted; a new run starts without."""
        self._check_folder()
        if idist.get_rank() == 0:
            forget_after(self.folder, engine.state.epoch)
        idist.barrier()
        latest = latest_folder(self.folder)
        if latest is not None and (latest / _RECORD).is_file():
            engine.state.metrics.update(json.loads((latest / _RECORD).read_text(encoding="utf-8")))

    def _check_folder(self) -> None:
        """All processes must read what each of them writes.

        Raises:
            SettingError: when they have different folders.
        """
        folders = idist.all_gather(str(self.folder.resolve()))
        if isinstance(folders, list) and len(set(folders)) > 1:
            raise SettingError(
                "the processes of this training settle boxes in different folders, such as "
                f"{' and '.join(sorted(set(folders))[:2])}. Give them one output folder."
            )

    def __call__(self, engine: Engine) -> None:
        """Settle the boxes of all cases."""
        epoch, record = engine.state.epoch, SettlingRecord()
        self._share_buffers()
        target = epoch_folder(self.folder, epoch)
        cases = list(enumerate(self.cases))
        mine = cases[idist.get_rank() :: idist.get_world_size()]
        show = self.progress and idist.get_rank() == 0
        for number, index in tqdm(mine, desc="settling boxes", disable=not show, leave=False):
            case = self.dataset.before_random(index)
            before = as_array(case["boxes"])
            after = self._settle(case, before)
            reference = as_array(case["reference"]) if "reference" in case else None
            record.add(before, after, reference)
            write_settled(target / f"{case['case_id']}.npz", after)
            if self.pictures is not None and number < self.picture_count:
                self.pictures.add(case, after, epoch)
        record.gather(self.device)
        metrics = record.metrics()
        if idist.get_rank() == 0:
            with replacing(target / _RECORD) as temporary:
                temporary.write_text(json.dumps(metrics), encoding="utf-8")
            forget_before(self.folder, epoch - self.checkpoint_interval)
        idist.barrier()
        for name in METRICS:  # of which some may be of nothing this time
            engine.state.metrics.pop(name, None)
        engine.state.metrics.update(metrics)
        self._tell(epoch, len(cases), metrics)

    def _settle(self, case: dict[str, Any], boxes: np.ndarray) -> np.ndarray:
        """The settled boxes `CH[WD]` of one case."""
        image = torch.as_tensor(case["image"]).as_subclass(torch.Tensor)[None].to(self.device)
        with eval_mode(self.network), torch.autocast(self.device.type, enabled=self.amp):
            output = self.inferer(image, self._predict)[0].float()
        logits, log_variance = output[: len(boxes)], output[len(boxes) :]
        return settle(
            class_margin(logits[None])[0].cpu().numpy(),
            log_variance.cpu().numpy() if len(log_variance) else None,
            boxes,
            as_array(case["box_layers"]),
            [int(k) for k in case["box_classes"]],
            **self.rules,
        )

    def _predict(self, image: torch.Tensor) -> torch.Tensor:
        """Logits and, if there are any, log variances behind them, as an inferer takes them."""
        logits, log_variance = self.network.predict(image)
        return logits if log_variance is None else torch.cat([logits, log_variance], dim=1)

    def _share_buffers(self) -> None:
        """Use the first process's statistics of batch normalisation everywhere, which checkpoints hold too."""
        if idist.get_world_size() > 1:
            for buffer in self.network.buffers():
                torch.distributed.broadcast(buffer, src=0)

    def _tell(self, epoch: int, cases: int, metrics: dict[str, float]) -> None:
        if idist.get_rank() != 0:
            return
        if "box_settled" not in metrics:
            logger.warning(f"epoch {epoch}: there is nothing in boxes to settle.")
            return
        text = f"epoch {epoch}: {metrics['box_settled']:.1%} of the pixels in the boxes of {cases} cases are settled"
        parts = [
            f"{kind} {metrics[f'box_agreement_{kind}']:.1%}"
            for kind in ("foreground", "background")
            if f"box_agreement_{kind}" in metrics
        ]
        if "box_agreement" in metrics:
            text += f"; {metrics['box_agreement']:.1%} of them agree with the references ({', '.join(parts)})"
        logger.info(text)
