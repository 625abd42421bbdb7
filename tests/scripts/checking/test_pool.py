import os
import sys
import threading

import pytest

from scripts.checking.pool import Failed, work_on

_WORK = """
import os

def double(number):
    if number == 3:
        raise ValueError("three is no number.\\nIt is a crowd")
    return 2 * number

def die(number):
    if number % 5 == 2:
        os._exit(7)
    return 2 * number

def describe(number):
    return os.getpid(), os.environ["OMP_NUM_THREADS"]
"""


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Functions of a module that fresh processes can import."""
    (tmp_path / "pool_work.py").write_text(_WORK)
    monkeypatch.syspath_prepend(tmp_path)
    import pool_work

    yield pool_work
    del sys.modules["pool_work"]


def test_one_worker_is_this_process(work):
    (result,) = work_on(lambda number: (number, os.getpid(), threading.active_count()), [5], workers=1)
    assert result == (0, (5, os.getpid(), threading.active_count()))


def test_little_work_stays_in_this_process_whatever_the_workers(work):
    assert {pid for _, pid in work_on(lambda _: os.getpid(), range(50), workers=4)} == {os.getpid()}


@pytest.mark.parametrize(("workers", "head_start"), [(1, 2.0), (2, 0.0)])
def test_what_one_item_raises_is_its_own_result(work, workers, head_start):
    results = dict(work_on(work.double, range(6), workers=workers, head_start=head_start))
    assert results == {0: 0, 1: 2, 2: 4, 3: Failed("ValueError: three is no number"), 4: 8, 5: 10}


def test_items_that_end_their_process_are_found_and_the_others_finished(work):
    results = dict(work_on(work.die, range(9), workers=2, head_start=0.0))
    ended = {number for number, result in results.items() if isinstance(result, Failed)}
    assert ended == {2, 7} and "ended" in results[2].reason
    assert {number: results[number] for number in range(9) if number not in ended} == {
        number: 2 * number for number in (0, 1, 3, 4, 5, 6, 8)
    }


def test_processes_have_one_thread_and_leave_no_trace_here(work):
    main, limit = sys.modules["__main__"], os.environ.get("OMP_NUM_THREADS")
    ((_, (pid, threads)),) = work_on(work.describe, [0], workers=2, head_start=0.0)
    assert pid != os.getpid() and threads == "1"
    assert sys.modules["__main__"] is main and os.environ.get("OMP_NUM_THREADS") == limit


def test_a_script_without_main_guard_may_start_processes(work, tmp_path):
    import subprocess

    script = tmp_path / "script.py"
    script.write_text(
        "import sys, pool_work\nfrom scripts.checking.pool import work_on\n"
        "print(sorted(work_on(pool_work.double, [1, 2], workers=2, head_start=0.0)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    result = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True)
    assert result.stdout == "[(0, 2), (1, 4)]\n", result.stderr
