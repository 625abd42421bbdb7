import pytest

from bundle.serving.app.lib.safe_requests import UnsafeRequestError, is_plain_name, refuse_no_object, refuse_unsafe

CODE = "$__import__('os').system('true')"


@pytest.mark.parametrize(
    "request_",
    [
        {},
        None,
        {"model": "vessels", "image": "/studies/photo 1.png", "device": "NVIDIA H200 (1)", "output": "probability"},
        {"device": ["cuda:0", "cpu"], "tracking": ["None", "mlflow"], "model_filename": ["model.pt"], "gpus": "all"},
        {"max_epochs": 50, "val_split": -1, "pretrained": True, "run_id": "", "tracking_uri": "sqlite:////data/m.db"},
        {"result_extension": ".nii.gz", "label_tag": "final", "logging": "info", "device": None, "gpus": "0,1"},
    ],
)
def test_what_viewers_send_passes(request_):
    refuse_unsafe(request_)


@pytest.mark.parametrize("name", ["device", "output", "probability_class", "max_epochs", "tracking_uri", "anything"])
@pytest.mark.parametrize("value", [CODE, f" {CODE}", "@network_def", "%/etc/other.json#key", [CODE], {"a": [CODE]}])
def test_nothing_is_evaluated(name, value):
    with pytest.raises(UnsafeRequestError, match="may not start with"):
        refuse_unsafe({name: value})


def test_nothing_is_built():
    with pytest.raises(UnsafeRequestError, match="_target_"):
        refuse_unsafe({"output": [{"_target_": "os.mkdir", "path": "/x"}]})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("run_id", "initialize"),
        ("run_id", "train#trainer"),
        ("model_filename", "../other.pt"),
        ("model_filename", ["model.pt", "/other.pt"]),
        ("bundle_path", "/elsewhere"),
        ("max_epochs", 0),
        ("max_epochs", True),
        ("max_epochs", "3"),
        ("val_split", 1),
        ("gpus", "0;1"),
        ("tracking", "/elsewhere/settings.json"),
        ("result_extension", "/../x.png"),
        ("label_tag", "../../x"),
        ("device", "cpu\n"),
        ("logging", "loud"),
    ],
)
def test_the_message_names_the_option_and_what_it_may_be(name, value):
    with pytest.raises(UnsafeRequestError, match=f"{name} is .* expected "):
        refuse_unsafe({name: value})


@pytest.mark.parametrize("text", ["", None, "{}", '{"device": "cpu"}'])
def test_options_of_a_form_are_a_json_object(text):
    refuse_no_object("params", text)


@pytest.mark.parametrize("text", ["cpu", "{'device': 'cpu'}", "[]", '[["device", "cpu"]]', "3", "null", "[" * 100000])
def test_options_of_a_form_that_are_something_else_are_named(text):
    with pytest.raises(UnsafeRequestError, match="params is .* expected a JSON object"):
        refuse_no_object("params", text)


def test_plain_names():
    assert is_plain_name("Säule 1.5 (left)")
    assert not any(
        is_plain_name(name) for name in ("../x", "/x", "a/b", "a\\b", "..", ".hidden", "a\0", "a\n", 3, None)
    )
