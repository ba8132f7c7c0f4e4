"""The number of threads that native kernels may use."""

import os
import subprocess
import sys

import pytest

import autograd


def test_it_is_what_was_set():
    before = autograd.get_num_threads()
    try:
        autograd.set_num_threads(2)
        assert autograd.get_num_threads() == (2 if before and sys.platform == "linux" and _native() else 1)
    finally:
        autograd.set_num_threads(before)


def _native():
    from autograd.kernels.native.host import available

    return available()


@pytest.mark.parametrize("count", [0, -1, 65])
def test_numbers_out_of_range_are_refused(count):
    with pytest.raises(ValueError, match=f"from 1 to 64, got {count}"):
        autograd.set_num_threads(count)


@pytest.mark.parametrize("count", [2.0, "2", None, True])
def test_what_is_no_integer_is_refused(count):
    with pytest.raises(TypeError, match="wants an integer"):
        autograd.set_num_threads(count)


def test_without_native_kernels_it_is_one():
    program = "import autograd; autograd.set_num_threads(4); print(autograd.get_num_threads())"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"CHALKGRAD_NATIVE": "0"}, capture_output=True, check=True
    )
    assert done.stdout.split() == [b"1"]
