"""The generator: what its pieces compute, against NumPy, in every vector width this CPU can be made to believe in."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, strategies as st

pytest.importorskip("llvmlite")

from autograd.kernels.native.code import Code
from autograd.kernels.native.kernel import assembly, generated
from autograd.kernels.native.values import F32, F64, I64


@generated
def doubled(code, count, dtype):
    """y = 2x + 1 over a known count."""
    x, y = code.operand(0, dtype), code.operand(1, dtype)
    lanes = code.host.lanes(dtype)
    start, stop = code.share(count, lanes)
    for i, mask in code.vectors(stop - start, lanes, start):
        code.store(code.load(x + i, lanes, mask) * 2 + 1, y + i, mask)


@generated
def doubled_some(code, dtype):
    """The same for a count that comes at run time."""
    x, y, count = code.operand(0, dtype), code.operand(1, dtype), code.number(2)
    lanes = code.host.lanes(dtype)
    for i, mask in code.vectors(count, lanes):
        code.store(code.load(x + i, lanes, mask) * 2 + 1, y + i, mask)


@given(count=st.integers(0, 70), dtype=st.sampled_from([np.float32, np.float64]))
def test_vectors_cover_every_count_and_touch_nothing_else(count, dtype):
    x, y = np.arange(count + 1, dtype=dtype), np.full(count + 1, -7, dtype)
    doubled_some(dtype).run(x, y, np.array(count))
    np.testing.assert_array_equal(y[:count], 2 * x[:count] + 1)
    assert y[count] == -7


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 48, 50])
def test_known_counts(count):
    x, y = np.arange(count + 1, dtype=np.float32), np.full(count + 1, -7, np.float32)
    doubled(count, np.float32).run(x, y)
    np.testing.assert_array_equal(y[:count], 2 * x[:count] + 1)
    assert y[count] == -7


@generated
def statistics(code, rows, columns):
    """Per row of x: its sum, its largest and its smallest element, and whether the sum is positive."""
    x, out = code.operand(0, np.float64), code.operand(1, np.float64)
    with code.loop(0, rows) as r:
        row = x + r * columns
        zero, low = code.zeros(np.float64, 4), code.constant(-np.inf, np.float64, 4)
        with code.carrying(0, columns, [zero, low, -low], 4) as loop:
            total, high, least = loop.carried
            v = code.load(row + loop.index, 4)
            loop.carried = [total + v, code.maximum(high, v), code.minimum_of(least, v)]
        total, high, least = loop.carried
        place = out + r * 4
        total = code.sum_lanes(total)
        code.store(total, place)
        code.store(code.max_lanes(high), place + 1)
        code.store(code.min_lanes(least), place + 2)
        code.store(code.zeros(np.float64), place + 3)
        with code.when(total > 0.0):
            code.store(code.constant(1, np.float64), place + 3)


def test_loops_that_carry_values():
    x = np.random.default_rng(0).normal(size=(6, 12))
    x[4, 5] = np.nan
    out = np.empty((6, 4))
    statistics(6, 12).run(x, out)
    with np.errstate(invalid="ignore"):
        wanted = np.stack([x.sum(1), x.max(1), x.min(1), x.sum(1) > 0], 1)
    np.testing.assert_allclose(out, wanted, rtol=1e-14)


@generated
def functions(code):
    """A table of single functions of pairs."""
    lanes = 8
    x, y = (code.load(code.operand(k, np.float32), lanes) for k in (0, 1))
    results = [
        code.fma(x, y, y),
        code.sqrt(code.abs(x)),
        code.floor(x),
        code.rint(x),
        code.copysign(x, y),
        code.relu(x),
        code.maximum(x, y),
        code.minimum_of(x, y),
        code.where(x < y, x, 3.0),
        -x / y,
        1 - x,
        2 / y,
        code.convert(code.convert(x, I64), F32),
        code.convert(code.convert(x, F64) * 2, F32),
        code.convert((x > 0.0) & ~(y > 0.0), F32),
        code.shuffle(x, y, [0, 15, 1, 14, 2, 13, 3, 12]),
        code.splat(code.lane(x, 3), lanes),
        code.gather(code.operand(0, np.float32), (code.iota(lanes) * 3) % 8),
        code.convert(code.iota(lanes, I64) << 1, F32),
    ]
    for k, result in enumerate(results):
        code.store(result, code.operand(2, np.float32) + lanes * k)


def test_functions():
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, 2, (2, 8)).astype(np.float32)
    x[2], y[5] = np.nan, np.inf
    out = np.empty((19, 8), np.float32)
    functions().run(x, y, out)
    with np.errstate(invalid="ignore"):
        wanted = [
            x * y + y,
            np.sqrt(abs(x)),
            np.floor(x),
            np.rint(x),
            np.copysign(x, y),
            np.maximum(x, 0),
            np.maximum(x, y),
            np.minimum(x, y),
            np.where(x < y, x, 3),
            -x / y,
            1 - x,
            2 / y,
            np.trunc(x),
            x * 2,
            (x > 0) & ~(y > 0),
            np.concatenate([x, y])[[0, 15, 1, 14, 2, 13, 3, 12]],
            np.full(8, x[3]),
            x[np.arange(8) * 3 % 8],
            np.arange(8) * 2,
        ]
    for k, w in enumerate(wanted):
        here = ~np.isnan(x) if k == 12 else slice(None)
        np.testing.assert_allclose(out[k][here], np.asarray(w)[here], rtol=1e-6, err_msg=f"function {k}")


@generated
def through_scratch(code, count):
    """y = x reversed, by way of scratch memory."""
    x, y = code.operand(0, np.float32), code.operand(1, np.float32)
    first, second = code.scratch(3, np.float64), code.scratch(count, np.float32)
    code.store(code.constant(1, np.float64), first)
    with code.loop(0, count) as i:
        code.store(code.load(x + (count - 1 - i)), second + i)
    with code.loop(0, count) as i:
        code.store(code.load(second + i), y + i)


def test_scratch():
    kernel = through_scratch(5000)
    assert kernel.scratch >= 20_000 + 64
    x = np.arange(5000, dtype=np.float32)
    y = np.empty_like(x)
    kernel.run(x, y)
    np.testing.assert_array_equal(y, x[::-1])


def test_known_indices_fold():
    code = Code("folding")
    i = code.index(5)
    assert i * 0 == 0
    assert i * 1 is i
    assert i + 0 is i
    assert i // 1 is i
    assert i % 1 == 0
    assert code.minimum(3, 4) == 3


def test_mistakes_of_a_kernels_author_are_refused():
    code = Code("mistakes")
    x = code.load(code.operand(0, np.float32))
    with pytest.raises(TypeError, match="mixes"):
        x + code.load(code.operand(0, np.float64))
    with pytest.raises(TypeError, match="not known while"):
        bool(x > 0.0)
    with pytest.raises(TypeError, match=r"stores float into memory of float64"):
        code.store(x, code.operand(1, np.float64))
    with pytest.raises(ValueError, match="carries 1 values"), code.carrying(0, 4, [x]) as loop:
        loop.carried = []


def test_kernels_are_made_once_per_arguments():
    assert doubled(16, np.float32) is doubled(16, np.float32)
    assert doubled(16, np.float32) is not doubled(16, np.float64)
    assert repr(doubled(16, np.float32)) == "<kernel test_code.doubled(16, float32)>"


def test_assembly_shows_machine_code():
    assert "ret" in assembly(doubled, 64, np.float32)


@pytest.mark.parametrize("kind", ["avx2", "plain"])
def test_lesser_vectors(kind):
    from llvmlite import binding

    if kind == "avx2" and not binding.get_host_cpu_features().get("avx2"):
        pytest.skip("this CPU has no AVX2")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    command += ["-k", "cover or known_counts or loops or functions or scratch"]
    done = subprocess.run(
        command, env=os.environ | {"CHALKGRAD_VECTOR": kind}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_width_that_the_cpu_lacks_is_refused():
    program = "from autograd.kernels.native.host import host; host()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"CHALKGRAD_VECTOR": "altivec"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "CHALKGRAD_VECTOR='altivec': this CPU" in done.stderr
