import time

from bundle.benchmarking.claim import claim
from bundle.benchmarking.forked import fork, wait_for


def _wait_for(path):
    until = time.monotonic() + 30
    while not path.is_file():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_one_process_has_it_at_a_time(tmp_path):
    path = tmp_path / "deep" / "a.lock"

    def ask():
        _wait_for(tmp_path / "held")
        with claim(path, wait=False) as mine:
            assert not mine

    # started before it is held: a fork shares what its parent holds
    process = fork(ask, tmp_path / "log")
    with claim(path, wait=False) as mine:
        assert mine
        (tmp_path / "held").touch()
        assert wait_for(process) == 0, (tmp_path / "log").read_text()
    with claim(path, wait=False) as mine:
        assert mine


def test_whoever_waits_gets_it_when_it_is_given_back(tmp_path):
    def ask():
        _wait_for(tmp_path / "held")
        (tmp_path / "asked").touch()
        with claim(tmp_path / "a.lock", wait=True) as mine:
            assert mine and (tmp_path / "given back").is_file()

    process = fork(ask, tmp_path / "log")
    with claim(tmp_path / "a.lock", wait=False):
        (tmp_path / "held").touch()
        _wait_for(tmp_path / "asked")
        time.sleep(0.2)
        (tmp_path / "given back").touch()
    assert wait_for(process) == 0, (tmp_path / "log").read_text()
