"""What a server tells a viewer that connects to it."""


def test_labels_are_those_to_paint_in_the_order_of_their_values(server):
    """A viewer numbers what is painted from 1 on, in the order in which the labels are listed."""
    info = server.info()
    assert info["labels"] == ["vessel", "not vessel", "background"]
    for name in ("fundus", "another"):
        assert info["models"][name]["labels"] == {"vessel": 1, "not vessel": 2, "background": 3}


def test_labels_of_volumes_are_in_the_order_of_their_values(volume_server):
    assert volume_server.info()["labels"] == ["anterior", "not anterior", "posterior", "not posterior", "background"]


def test_a_model_says_what_it_takes(server, volume_server):
    model = server.info()["models"]["fundus"]
    assert (model["type"], model["dimension"]) == ("segmentation", 2)
    assert model["config"]["output"] == ["segmentation", "probability", "uncertainty"]
    assert volume_server.info()["models"]["volume"]["dimension"] == 3


def test_every_bundle_can_be_trained(server):
    trainers = server.info()["trainers"]
    assert set(trainers) == {"fundus", "another"}
    options = trainers["fundus"]["config"]
    assert options["model_filename"] == ["model.pt"] and options["max_epochs"] == 60 and options["run_id"] == ""


def test_strategies_and_scoring(server):
    info = server.info()
    assert list(info["strategies"]) == ["most_uncertain", "first", "random"]
    assert list(info["scoring"]) == ["uncertainty"]


def test_all_images_of_the_studies_are_known_and_none_is_labelled(server, studies):
    store = server.info()["datastore"]
    assert (store["total"], store["completed"]) == (len(list(studies.glob("*.png"))) + 1, 0)
