from bundle.benchmarking.fingerprint import data_fingerprint


def _cases(folder, text="drawn"):
    folder.mkdir()
    (folder / "label.png").write_text(text)
    return [
        {"image": str(folder / "a.png"), "label": str(folder / "label.png"), "supervision": "coarse", "subject": "a"}
    ]


def test_follows_labels_not_places(tmp_path):
    one, same, other = _cases(tmp_path / "1"), _cases(tmp_path / "2"), _cases(tmp_path / "3", "else")
    assert data_fingerprint(one) == data_fingerprint(same) != data_fingerprint(other)
    assert len(data_fingerprint(one)) == 64


def test_follows_supervision_and_number(tmp_path):
    cases = _cases(tmp_path / "1")
    dense = [{**cases[0], "supervision": "dense"}]
    unlabelled = [{**cases[0], "label": None}]
    assert len({data_fingerprint(c) for c in (cases, dense, unlabelled, cases * 2, [])}) == 5
