"""One bar over all epochs, with the loss and the validation metric."""

from types import SimpleNamespace

from ignite.engine import Engine

from scripts.handlers import ProgressBar


def test_shows_epochs_loss_and_metric(capsys):
    validator = SimpleNamespace(state=SimpleNamespace(metrics={"val_dice": 0.75}))
    trainer = Engine(lambda engine, batch: {"loss": 0.5})
    ProgressBar(validator).attach(trainer)
    trainer.run([0], max_epochs=3)
    shown = capsys.readouterr().err
    assert "3/3" in shown and "loss=0.5" in shown and "val_dice=0.75" in shown
