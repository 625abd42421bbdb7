"""Drawings in the datastore of a server."""


def test_a_drawing_comes_back_as_it_was_handed_in(server, photographs, hand_in):
    case = photographs[0]
    hand_in(case.name, case.drawing)
    reply = server.request("GET", "/datastore/label", {"label": case.name, "tag": "final"})
    assert reply.status == 200 and reply.body == case.drawing.read_bytes()
    assert server.info()["datastore"]["completed"] == 1


def test_a_drawing_of_a_volume_comes_back_as_it_was_handed_in(volume_server, volumes, hand_in_volumes):
    case = volumes[0]
    hand_in_volumes(case.name, case.drawing)
    reply = volume_server.request("GET", "/datastore/label", {"label": case.name, "tag": "final"})
    assert reply.status == 200 and reply.body == case.drawing.read_bytes()


def test_a_later_drawing_replaces_the_former(server, photographs, hand_in):
    first, second = photographs[:2]
    hand_in(first.name, first.drawing)
    hand_in(first.name, second.drawing)
    reply = server.request("GET", "/datastore/label", {"label": first.name, "tag": "final"})
    assert reply.body == second.drawing.read_bytes() and server.info()["datastore"]["completed"] == 1


def test_there_is_no_drawing_before_one_was_handed_in(server):
    assert server.request("GET", "/datastore/label", {"label": "photo0", "tag": "final"}).status == 404
