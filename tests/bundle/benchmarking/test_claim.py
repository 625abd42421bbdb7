import os
import time

from bundle.benchmarking.claim import claim


def _in_another_process(work):
    process = os.fork()
    if not process:
        os._exit(int(work()))
    return process


def _status(process):
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _when_held(tmp_path, wait):
    """What a process gets that asks while another has the file."""

    def ask():
        while not (tmp_path / "held").is_file():
            time.sleep(0.01)
        with claim(tmp_path / "deep" / "a.lock", wait=wait) as mine:
            return mine and (tmp_path / "given back").is_file()

    # started first: a fork shares what its parent holds
    process = _in_another_process(ask)
    with claim(tmp_path / "deep" / "a.lock", wait=False) as mine:
        assert mine
        (tmp_path / "held").touch()
        time.sleep(0.3)
        (tmp_path / "given back").touch()
    return _status(process)


def test_one_process_has_it_at_a_time(tmp_path):
    assert _when_held(tmp_path, wait=False) == 0


def test_whoever_waits_gets_it_when_it_is_given_back(tmp_path):
    assert _when_held(tmp_path, wait=True) == 1
