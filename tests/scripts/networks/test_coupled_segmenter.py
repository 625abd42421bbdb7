from __future__ import annotations

import copy
import gc
import pickle
import weakref

import pytest
import torch
from monai.networks.nets import BasicUNet, DynUNet, SegResNetDS, UNet
from torch import nn

from scripts.errors import SettingError
from scripts.losses import CoarseLabelLoss
from scripts.networks import BinaryConfusion, CoupledSegmenter, FullConfusion, LowRankConfusion


def small_unet(spatial_dims=2, classes=3):
    return BasicUNet(spatial_dims, 1, classes, (4, 4, 4, 4, 4, 6))


def coupled(annotation="global", spatial_dims=2, classes=3, network=None, **options):
    torch.manual_seed(0)
    return CoupledSegmenter(
        network or small_unet(spatial_dims, classes),
        spatial_dims=spatial_dims,
        num_classes=classes,
        annotation=annotation,
        in_channels=1,
        **options,
    )


@pytest.mark.parametrize("annotation", ["global", "trunk", "image"])
@pytest.mark.parametrize("size", [(32, 48), (32, 32, 32)])
@pytest.mark.parametrize(
    ("form", "classes", "kind"),
    [("full", 3, FullConfusion), ("low_rank", 3, LowRankConfusion), ("binary", 2, BinaryConfusion)],
)
def test_training_output(annotation, size, form, classes, kind):
    network = coupled(annotation, len(size), classes, form=form, diagonal=0.8)
    output = network(torch.rand(2, 1, *size))
    assert list(output) == ["logits", "positive", "negative"]
    assert output["logits"].shape == (2, classes, *size)
    expected = (1,) * len(size) if annotation == "global" else size
    for name in ("positive", "negative"):
        assert isinstance(output[name].whole(), kind)
        trace = output[name].trace()
        assert trace.shape == (2, 1, *expected)
        torch.testing.assert_close(trace, torch.full_like(trace, 0.8))


@pytest.mark.parametrize("annotation", ["none", "global", "trunk", "image"])
def test_eval_is_the_plain_network(annotation):
    plain = small_unet().eval()
    network = coupled(annotation, network=plain).eval()
    image = torch.rand(2, 1, 32, 32)
    assert torch.equal(network(image), plain(image))


@pytest.mark.parametrize("annotation", ["none", "global", "trunk", "image"])
def test_ancestor_defect_training_and_test_take_the_same_path(annotation):
    network = coupled(annotation)
    image = torch.rand(2, 1, 32, 32)
    assert torch.equal(network.train()(image)["logits"], network.eval()(image))


def test_segmentation_alone_is_deployed():
    network = coupled("trunk", learn_transition=True)
    plain = small_unet()
    plain.load_state_dict(network.segmentation.state_dict(), strict=True)
    image = torch.rand(1, 1, 32, 32)
    assert torch.equal(plain.eval()(image), network.eval()(image))


def test_nothing_is_modelled_without_annotation():
    network = coupled("none", form="binary")
    assert set(network(torch.rand(1, 1, 32, 32))) == {"logits"}
    assert len(list(network.parameters())) == len(list(network.segmentation.parameters()))


def test_kinds_and_learned_transition():
    output = coupled(kinds=["negative"], learn_transition=True)(torch.rand(1, 1, 32, 32))
    assert list(output) == ["logits", "negative", "transition"]
    assert output["transition"].shape == (3, 3)


@pytest.mark.parametrize("residual_units", [0, 2])
def test_features_of_half_the_size_are_interpolated(residual_units):
    network = coupled("trunk", network=UNet(2, 1, 3, (4, 8), (2,), num_res_units=residual_units))
    output = network(torch.rand(1, 1, 16, 16))
    assert output["positive"].whole().matrix.shape == (1, 3, 3, 16, 16)


def test_matrices_differ_between_pixels_once_learned():
    network = coupled("trunk")
    last = network.annotation.heads["positive"][-1]
    nn.init.normal_(last.weight)
    trace = network(torch.rand(1, 1, 32, 32))["positive"].trace()
    assert trace.std() > 1e-3


def test_trunk_heads_train_the_trunk():
    network = coupled("trunk")
    nn.init.normal_(network.annotation.heads["positive"][-1].weight)
    network(torch.rand(1, 1, 32, 32))["positive"].trace().sum().backward()
    assert network.segmentation.conv_0.conv_0.conv.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("annotation", ["global", "trunk", "image"])
@pytest.mark.parametrize("clone", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_copies_are_independent_and_equal(annotation, clone):
    network = coupled(annotation, learn_transition=True)
    image = torch.rand(1, 1, 32, 32)
    network(image)
    twin = clone(network)
    first, second = network(image), twin(image)
    assert torch.equal(first["logits"], second["logits"])
    assert torch.equal(first["positive"].explicit(), second["positive"].explicit())
    assert not {id(p) for p in network.parameters()} & {id(p) for p in twin.parameters()}


def test_no_graph_outlives_the_step():
    network = coupled("trunk")
    output = network(torch.rand(1, 1, 32, 32))
    alive = weakref.ref(output["logits"])
    del output
    gc.collect()
    assert alive() is None
    assert not any(module._forward_pre_hooks for module in network.modules())


@pytest.mark.parametrize("annotation", ["none", "global", "trunk", "image"])
@pytest.mark.parametrize("progress", [0.0, 1.0])
def test_every_parameter_takes_part_in_every_step(annotation, progress):
    # DistributedDataParallel waits for the gradient of every parameter
    network = coupled(annotation, learn_transition=True)
    loss = CoarseLabelLoss(trace_weight=0.1)
    loss.progress = progress
    targets = {
        "positive": torch.full((2, 1, 32, 32), 255, dtype=torch.uint8),
        "negative": torch.zeros(2, 3, 32, 32, dtype=torch.uint8),
        "dense": torch.tensor([False, False]),
    }
    for labelled in (False, True):
        if labelled:
            targets["positive"][:, :, :4] = 1
        network.zero_grad(set_to_none=True)
        sum(loss(network(torch.rand(2, 1, 32, 32)), targets).values()).backward()
        assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


def test_autocast_gives_float32_matrices():
    network = coupled("trunk")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = network(torch.rand(1, 1, 32, 32))
    assert output["logits"].dtype == torch.bfloat16
    assert output["positive"].whole().matrix.dtype == torch.float32


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (
            DynUNet(2, 1, 3, [3] * 4, [1, 2, 2, 2], [2, 2, 2], deep_supervision=True, filters=[4, 4, 4, 4]),
            r"DynUNet puts out the shape \(2, 2, 3, 32, 32\).*deep supervision",
        ),
        (SegResNetDS(2, 8, 1, 3, dsdepth=2), "SegResNetDS puts out a .*deep supervision"),
        (nn.Conv2d(1, 4, 1), "Conv2d puts out 4 channels.*C = 3"),
    ],
    ids=["stacked", "list", "channels"],
)
def test_networks_that_do_not_fit(network, message):
    with pytest.raises(SettingError, match=message):
        coupled("global", network=network)(torch.rand(2, 1, 32, 32))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"annotation": "magic"}, "global, trunk, image or none, got 'magic'"),
        ({"spatial_dims": 1}, "2 or 3, got 1"),
        ({"kinds": []}, "kinds must be"),
        ({"kinds": ["positiv"]}, "kinds must be"),
        ({"form": "binary"}, "exactly 2 classes"),
        ({"annotation": "image"}, "needs in_channels"),
        ({"annotation": "trunk", "feature_layer": "nowhere"}, "no module 'nowhere'"),
    ],
)
def test_wrong_settings(options, message):
    with pytest.raises(SettingError, match=message):
        CoupledSegmenter(**{"segmentation": small_unet(), "spatial_dims": 2, "num_classes": 3, **options})


def test_feature_layer_that_forward_does_not_call():
    plain = small_unet()
    plain.spare = nn.Conv2d(1, 3, 1)
    with pytest.raises(SettingError, match="did not call its module 'spare'"):
        coupled("trunk", network=plain, feature_layer="spare")(torch.rand(1, 1, 32, 32))


@pytest.mark.parametrize("annotation", ["global", "trunk", "image"])
def test_shared_kinds_have_one_matrix(annotation):
    output = coupled(annotation, share_kinds=True)(torch.rand(2, 1, 32, 32))
    assert output["positive"] is output["negative"]
    parameters = len(list(coupled(annotation).annotation.parameters()))
    assert len(list(coupled(annotation, share_kinds=True).annotation.parameters())) < parameters


@pytest.mark.parametrize("annotation", ["none", "global", "trunk"])
def test_with_two_classes_and_shared_kinds_not_foreground_is_a_background_stroke(annotation):
    network = coupled(annotation, classes=2, form="full", share_kinds=True)
    output = network(torch.rand(2, 1, 32, 32))
    stroke = torch.zeros(2, 1, 32, 32, dtype=torch.bool)
    stroke[:, :, 3:9, 4:20] = True
    nothing = torch.zeros(2, 2, 32, 32, dtype=torch.uint8)
    undrawn = torch.full((2, 1, 32, 32), 255, dtype=torch.uint8)
    dense = torch.zeros(2, dtype=torch.bool)
    background = {"positive": undrawn.masked_fill(stroke, 0), "negative": nothing, "dense": dense}
    negated = {"positive": undrawn, "negative": nothing.clone(), "dense": dense}
    negated["negative"][:, 1:] = stroke
    loss = CoarseLabelLoss()
    expected, found = (sum(loss(output, targets).values()) for targets in (background, negated))
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
