from scripts.drawing.plan import DrawingPlan


def test_record_names_what_is_not_the_default_only():
    assert DrawingPlan({"vessel": 1}).record == {"seed": 0, "ratio": 0.3, "quality": "realistic"}
    record = DrawingPlan({"vessel": 1}, background=0.5, every=5, plane="coronal").record
    assert (record["background"], record["every"], record["plane"]) == (0.5, 5, "coronal")


def test_a_drawing_in_3d_has_no_plane():
    assert DrawingPlan({"a": 1}, plane="coronal").drawn_plane == "volume"
    assert DrawingPlan({"a": 1}, every=1, plane="coronal").drawn_plane == "coronal"


def test_labels_have_background_only_where_it_is_drawn():
    assert "background" not in DrawingPlan({"a": 1}).labels
    plan = DrawingPlan({"a": 1, "b": 2}, background=0.5)
    assert plan.labels["background"] == 5 and plan.settings["labels"] == plan.labels
