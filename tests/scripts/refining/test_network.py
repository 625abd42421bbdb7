from types import SimpleNamespace

import pytest
import torch
from monai.networks.nets import BasicUNet

from scripts.errors import SettingError
from scripts.networks import CoupledSegmenter
from scripts.refining import RefiningNetwork


def _coupled(seed, uncertainty=True, features=8):
    torch.manual_seed(seed)
    segmentation = BasicUNet(2, 1, 2, features=(features,) * 6, norm="batch")
    return CoupledSegmenter(
        segmentation, spatial_dims=2, num_classes=2, annotation="global", form="binary", uncertainty=uncertainty
    ).eval()


@pytest.fixture
def image():
    return torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(0))


def _run(path, state):
    torch.save(state, path)
    return SimpleNamespace(checkpoint=path)


def test_logits_and_log_variances(tmp_path, image):
    trained = _coupled(1)
    network = RefiningNetwork(_coupled(2), _run(tmp_path / "best_training.pt", trained.state_dict())).eval()
    assert network.uncertainty
    assert torch.equal(network(image), torch.cat(trained.predict(image), dim=1))


def test_a_checkpoint_to_resume_from(tmp_path, image):
    trained = _coupled(1)
    network = RefiningNetwork(_coupled(2), _run(tmp_path / "last.pt", {"model": trained.state_dict()})).eval()
    assert network(image).shape == (1, 4, 16, 16)


def test_the_segmentation_network_alone_has_no_log_variances(tmp_path, image):
    trained = _coupled(1)
    run = _run(tmp_path / "best.pt", trained.segmentation.state_dict())
    for uncertainty in (True, False):
        network = RefiningNetwork(_coupled(2, uncertainty), run).eval()
        assert not network.uncertainty
        assert torch.equal(network(image), trained.segmentation(image))


def test_another_network_is_refused_and_nothing_loaded(tmp_path):
    run = _run(tmp_path / "best_training.pt", _coupled(1, features=16).state_dict())
    coupled = _coupled(2)
    before = {name: value.clone() for name, value in coupled.state_dict().items()}
    with pytest.raises(SettingError, match="another network"):
        RefiningNetwork(coupled, run)
    assert all(torch.equal(before[name], value) for name, value in coupled.state_dict().items())


def test_a_missing_checkpoint_is_refused(tmp_path):
    with pytest.raises(SettingError, match="does not exist"):
        RefiningNetwork(_coupled(1), SimpleNamespace(checkpoint=tmp_path / "none.pt"))
