"""What the tests of kernel families share: lesser vectors in a process of their own, and runs on several threads."""

import os
import subprocess
import sys

import numpy as np
import pytest

from autograd.kernels.native.host import available

collect_ignore_glob = [] if available() else ["test_*.py"]
"""Where native kernels are off or cannot be had, their tests are left out."""


@pytest.fixture(params=["avx2", "plain"])
def lesser_vectors(request):
    """A function that runs the marked tests of a file in another process, with the vectors of a lesser CPU."""
    from llvmlite import binding

    if request.param == "avx2" and not binding.get_host_cpu_features().get("avx2"):
        pytest.skip("this CPU has no AVX2")

    def run(file, expression):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file, "-k", expression]
        environment = os.environ | {"CHALKGRAD_VECTOR": request.param}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout

    return run


@pytest.fixture
def same_on_any_number_of_threads():
    """A function that checks that another one returns the same bits whatever the number of threads."""
    from autograd.kernels.native.threads import pool

    before = pool().threads

    def check(function):
        results = []
        for threads in (1, 2, 3):
            pool().set_threads(threads)
            made = function()
            results.append([np.array(r) for r in (made if isinstance(made, tuple) else (made,))])
        for others in results[1:]:
            for one, other in zip(results[0], others, strict=True):
                np.testing.assert_array_equal(one, other)

    yield check
    pool().set_threads(before)
