from bundle.benchmarking.forked import ENDED, TOLD, CellError, fork, wait_for
from scripts.errors import DataError


def _raise(error):
    raise error


def test_output_goes_to_the_log(tmp_path):
    log = tmp_path / "logs" / "a.log"
    for _ in range(2):
        assert wait_for(fork(lambda: print("done"), log)) == 0
    assert log.read_text() == "done\ndone\n"


def test_errors(tmp_path):
    errors = (DataError("mend it"), CellError("with status 3"), KeyError("surprise"))
    assert [wait_for(fork(lambda e=error: _raise(e), tmp_path / f"{n}.log")) for n, error in enumerate(errors)] == [
        1
    ] * 3
    texts = [(tmp_path / f"{n}.log").read_text() for n in range(3)]
    assert texts[0] == f"\n{TOLD}mend it\n" and texts[1] == f"{ENDED}with status 3\n"
    assert texts[2].endswith("KeyError: 'surprise'\n")
