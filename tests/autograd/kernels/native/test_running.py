"""How kernels are called, kept on disk and divided among threads."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

pytest.importorskip("llvmlite")

import itertools

from autograd.kernels.choice import native, references_only
from autograd.kernels.native import cache
from autograd.kernels.native.arrays import address, empty
from autograd.kernels.native.calls import list_of_calls
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.threads import default_num_threads, pool


@generated
def add_one(code, count):
    """y = x + 1, shared among threads."""
    x, y = code.operand(0, np.float64), code.operand(1, np.float64)
    start, stop = code.share(count)
    with code.loop(start, stop) as i:
        code.store(code.load(x + i) + 1, y + i)


@pytest.fixture(params=[1, 2, 3])
def threads(request):
    before = pool().threads
    pool().set_threads(request.param)
    yield request.param
    pool().set_threads(before)


def test_a_chain_of_calls_runs_in_order(threads):
    arrays = [np.zeros(1000) for _ in range(40)]
    run = list_of_calls([(add_one(1000), pair) for pair in itertools.pairwise(arrays)])
    for turn in range(50):
        arrays[0][:] = turn
        run()
        np.testing.assert_array_equal(arrays[-1], turn + 39)


def test_several_python_threads_at_once(threads):
    wrong = []

    def work(start):
        arrays = [np.full(500, start, float) for _ in range(20)]
        run = list_of_calls([(add_one(500), pair) for pair in itertools.pairwise(arrays)])
        for _ in range(200):
            run()
            if not (arrays[-1] == start + 19).all():
                wrong.append(start)

    several = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in several:
        t.start()
    for t in several:
        t.join()
    assert not wrong


def test_an_empty_list():
    list_of_calls([])()


def test_only_plain_arrays_are_taken():
    x = np.zeros(4)
    for wrong in (3.0, [1.0], np.float64(2), np.ma.masked_array(x), None):
        with pytest.raises(TypeError, match="plain NumPy arrays"):
            add_one(4).run(x, wrong)
    with pytest.raises(TypeError, match="at most 64"):
        add_one(4).run(*[x] * 65)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own(threads):
    x, y = np.zeros(100), np.zeros(100)
    add_one(100).run(x, y)
    child = os.fork()
    if child == 0:
        y[:] = 0
        add_one(100).run(x, y)
        os._exit(0 if (y == 1).all() and pool().threads == threads else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_threads_follow_the_environment(monkeypatch):
    for name in ("CHALKGRAD_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    assert default_num_threads() >= 1
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    assert default_num_threads() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "2,1")
    assert default_num_threads() == 2
    monkeypatch.setenv("CHALKGRAD_NUM_THREADS", "nonsense")
    assert default_num_threads() == 2


def test_aligned_arrays():
    for shape in ((4000,), (3, 5000), (0,), (2, 0), ()):
        a = empty(shape, np.float32)
        assert a.shape == shape
        assert a.dtype == np.float32
        assert a.flags.c_contiguous
        assert a.nbytes < 4096 or address(a) % 64 == 0


# --- the cache -------------------------------------------------------------------------------------------------------

PROGRAM = """
import numpy as np
from autograd.kernels.native.kernel import generated
@generated
def add_two(code):
    x = code.operand(0, np.float64)
    code.store(code.load(x) + 2, x)
x = np.zeros(1)
add_two().run(x)
assert x[0] == 2
"""


def run(folder, check=True):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"CHALKGRAD_CACHE": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_code_is_kept_and_read_again(tmp_path):
    folder = tmp_path / "kernels"
    run(folder)
    kept = {f.name: f.stat().st_mtime_ns for f in folder.iterdir()}
    assert kept
    run(folder)
    assert {f.name: f.stat().st_mtime_ns for f in folder.iterdir()} == kept


@pytest.mark.parametrize("damage", [b"", b"nonsense", cache.MAGIC + b"\0" * 100])
def test_damaged_files_are_written_anew(tmp_path, damage):
    folder = tmp_path / "kernels"
    run(folder)
    whole = {f: f.read_bytes() for f in folder.iterdir()}
    for f in whole:
        f.write_bytes(damage)
    run(folder)
    assert {f: f.read_bytes() for f in folder.iterdir()} == whole


def test_two_processes_at_once(tmp_path):
    folder = tmp_path / "kernels"
    several = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], env=os.environ | {"CHALKGRAD_CACHE": str(folder)})
        for _ in range(3)
    ]
    assert [p.wait() for p in several] == [0, 0, 0]
    assert not [f for f in folder.iterdir() if f.name.startswith(".")]


def test_folders_that_cannot_be_used_do_no_harm(tmp_path):
    (tmp_path / "file").write_text("")
    run(tmp_path / "file")
    run(tmp_path / "file" / "below")
    run("")
    run("/proc/no/such/place")


def test_code_that_others_could_have_written_is_not_run(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    run(shared)
    assert not list(shared.iterdir())


def test_a_full_disk_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "folder", lambda: tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    cache.write("key", b"data")
    assert not list(tmp_path.iterdir())
    assert cache.read("key") is None


# --- the choice ------------------------------------------------------------------------------------------------------


def test_the_native_version_is_tried_first(monkeypatch):
    from autograd.kernels.native import arrays

    monkeypatch.setattr(arrays, "served", lambda x, k: x * k if k != 3 else None, raising=False)

    @native("arrays:served", least=4)
    def reference(x, k):
        return -x * k

    x = np.ones(4)
    assert reference(x, 2)[0] == 2
    assert reference(x, 3)[0] == -3
    assert reference(x, k=2)[0] == 2
    assert reference(x[:3], 2)[0] == -2
    assert reference(1.0, 2) == -2
    with references_only():
        assert reference(x, 2)[0] == -2
    assert reference.reference(x, 2)[0] == -2


def test_without_native_kernels_references_run():
    program = """
import sys, numpy as np
from autograd.kernels.choice import native
@native("arrays:address")
def reference(x):
    return "reference"
assert reference(np.ones(4)) == "reference"
assert "llvmlite" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], env=os.environ | {"CHALKGRAD_NATIVE": "0"}, check=True)
