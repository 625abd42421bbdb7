"""What this process may use is the least of what the system and its control groups leave."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor

from scripts.data.memory import (
    available_memory,
    free_device_memory,
    memory_budget,
    move_if_it_fits,
    tensor_bytes,
    usable_cores,
)

CPU = torch.device("cpu")
META = torch.device("meta")  # a device that holds no values, and lets no transform look at them


def write(root, files):
    """A small copy of ``/proc`` and ``/sys``, with 8 kB available in all."""
    for path, text in {"proc/meminfo": "MemTotal: 90 kB\nMemAvailable:    8 kB\n", **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def group(folder, limit, used, dropped=0, version=2):
    """The files of one control group."""
    if version == 1:
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    else:
        names = ("memory.max", "memory.current", "inactive_file")
    return {
        f"{folder}/{names[0]}": f"{limit}\n",
        f"{folder}/{names[1]}": f"{used}\n",
        f"{folder}/memory.stat": f"anon 7\n{names[2]} {dropped}\n",
    }


def test_without_limits_it_is_what_the_system_has(tmp_path):
    assert available_memory(write(tmp_path, {})) == 8192


def test_a_limit_of_the_group_holds_and_cached_files_do_not_count(tmp_path):
    files = {"proc/self/cgroup": "0::/job\n", **group("sys/fs/cgroup/job", 5000, 3000, dropped=1000)}
    assert available_memory(write(tmp_path, files)) == 5000 - 3000 + 1000


def test_a_limit_of_a_parent_holds_too(tmp_path):
    files = {"proc/self/cgroup": "0::/job/step\n", **group("sys/fs/cgroup/job/step", "max", 10)}
    assert available_memory(write(tmp_path, {**files, **group("sys/fs/cgroup/job", 900, 200)})) == 700


def test_the_limit_at_which_the_system_slows_a_process_down_counts(tmp_path):
    files = {"proc/self/cgroup": "0::/\n", **group("sys/fs/cgroup", "max", 10), "sys/fs/cgroup/memory.high": "60\n"}
    assert available_memory(write(tmp_path, files)) == 50


def test_within_a_container_the_path_outside_is_not_found_but_the_limit_is(tmp_path):
    files = {"proc/self/cgroup": "0::/docker/0a1b\n", **group("sys/fs/cgroup", 700, 100)}
    assert available_memory(write(tmp_path, files)) == 600


def test_version_1(tmp_path):
    files = group("sys/fs/cgroup/memory/job", 4000, 3500, dropped=200, version=1)
    files |= group("sys/fs/cgroup/memory", 9223372036854771712, 6000, version=1)
    files["proc/self/cgroup"] = "9:cpu,cpuacct:/job\n8:memory:/job\n0::/\n"
    assert available_memory(write(tmp_path, files)) == 700


def test_more_used_than_allowed_leaves_nothing(tmp_path):
    files = {"proc/self/cgroup": "0::/\n", **group("sys/fs/cgroup", 100, 300)}
    assert available_memory(write(tmp_path, files)) == 0


def test_a_system_without_these_files_says_it_in_another_way(tmp_path):
    assert available_memory(tmp_path) > 2**20


def test_processes_of_a_run_share_the_machine(monkeypatch):
    monkeypatch.delenv("LOCAL_WORLD_SIZE", raising=False)
    alone, cores = memory_budget(0.5), usable_cores()
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert memory_budget(0.5) == pytest.approx(alone / 4, rel=0.2)
    assert usable_cores() == max(cores // 4, 1)


def test_bytes_of_nested_tensors_and_arrays():
    case = {"image": MetaTensor(torch.zeros(1, 3, 4)), "places": [np.zeros(5), (torch.zeros(2, dtype=torch.uint8),)]}
    assert tensor_bytes({**case, "name": "a", "dense": torch.tensor(True), "none": None}) == 48 + 40 + 2 + 1


def test_only_a_gpu_has_memory_of_its_own():
    assert free_device_memory(CPU) == 0


def case():
    return {"image": MetaTensor(torch.ones(1, 8)), "places": [torch.ones(2)], "name": "a"}  # 32 + 8 bytes


def test_all_cases_move_with_their_metadata_if_they_fit():
    (moved, _), device = move_if_it_fits([case(), case()], META, free=160, share=0.5)
    assert device == moved["image"].device == META
    assert isinstance(moved["image"], MetaTensor) and moved["image"].affine.equal(torch.eye(4, dtype=torch.float64))
    assert moved["places"][0].device == CPU and moved["name"] == "a"


@pytest.mark.parametrize("free", [159, 0])
def test_else_none_moves(free):
    items = [case(), case()]
    kept, device = move_if_it_fits(items, META, free=free, share=0.5)
    assert kept is items and device == CPU
