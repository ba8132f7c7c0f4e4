"""The vector functions stay within their stated errors, over their whole range, and are right at its ends."""

import functools
import math
import os
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("llvmlite")

from autograd.kernels.native import vector_math
from autograd.kernels.native.host import available, host
from autograd.kernels.native.kernel import generated

pytestmark = pytest.mark.skipif(not available(), reason="native kernels are switched off")

Exact = np.longdouble
COUNT = 20_000


@generated
def elementwise(code, name, operands, dtype):
    lanes = code.host.lanes(dtype)
    places = [code.operand(k, dtype) for k in range(operands + 1)]
    for i, mask in code.vectors(code.number(operands + 1), lanes):
        values = [code.load(place + i, lanes, mask) for place in places[:-1]]
        code.store(getattr(vector_math, name)(code, *values), places[-1] + i, mask)


def computed(name, *operands):
    out = np.empty_like(operands[0])
    kernel = elementwise(name, len(operands), out.dtype.name)
    kernel(*operands, out, np.array([out.size]))
    return out


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x > 0, 1 / (1 + e), e / (1 + e))


def with_mpmath(name):
    """A function of mpmath on arrays; where floats would do, the C library's saves time."""

    def of(x):
        mpmath = pytest.importorskip("mpmath")
        function, cheap = getattr(mpmath, name), getattr(math, name)
        with mpmath.workdps(30):
            return np.array(
                [
                    Exact(mpmath.nstr(function(float(v)), 25)) if 1e-30 < abs(v) < 40 else Exact(cheap(v))
                    for v in x.tolist()
                ]
            )

    return of


# name: exact function, range in float32 and float64, ulps in float32 and float64
FUNCTIONS = {
    "exp": (np.exp, (-110, 95), (-760, 720), 2, 2),
    "exp2": (np.exp2, (-155, 130), (-1080, 1030), 2, 2),
    "expm1": (np.expm1, (-50, 95), (-50, 720), 2, 2),
    "log": (np.log, (0, 1e3), (0, 1e3), 2, 2),
    "log2": (np.log2, (0, 1e3), (0, 1e3), 3, 3),
    "log10": (np.log10, (0, 1e3), (0, 1e3), 3, 3),
    "log1p": (np.log1p, (-1, 1e3), (-1, 1e3), 2, 2),
    "tanh": (np.tanh, (-12, 12), (-25, 25), 3, 3),
    "sigmoid": (sigmoid, (-110, 50), (-750, 50), 3, 3),
    "sinh": (np.sinh, (-95, 95), (-720, 720), 3, 3),
    "cosh": (np.cosh, (-95, 95), (-720, 720), 3, 3),
    "erf": (with_mpmath("erf"), (-5, 5), (-7, 7), 2, 2),
    "erfc": (with_mpmath("erfc"), (-11, 11), (-28, 28), 6, 6),
    "sin": (np.sin, (-1e5, 1e5), (-1e5, 1e5), 2, 3),
    "cos": (np.cos, (-1e5, 1e5), (-1e5, 1e5), 2, 3),
    "tan": (np.tan, (-1e5, 1e5), (-1e5, 1e5), 4, 4),
    "arctan": (np.arctan, (-50, 50), (-50, 50), 3, 3),
}
CASES = [pytest.param(name, dtype, id=f"{name}-{dtype}") for name in FUNCTIONS for dtype in ("float32", "float64")]


def ends(dtype):
    info = np.finfo(dtype)
    sizes = [0.0, 1.0, 0.75, 1.5, info.max, info.tiny, info.smallest_subnormal, np.inf, np.nan]
    return np.array(sizes + [-s for s in sizes], dtype)


@functools.cache
def samples(low, high, dtype, count):
    """Evenly spread, and of all magnitudes."""
    rng = np.random.default_rng(0)
    smallest = np.log(float(np.finfo(dtype).tiny))
    sizes = np.exp(rng.uniform(smallest, np.log(high), count // 2))
    signs = rng.choice([-1, 1], count // 2) if low < 0 else 1
    sizes = np.clip(signs * sizes, low, high)
    return np.concatenate([rng.uniform(low, high, count // 2), sizes]).astype(dtype)


def error(got, exact):
    """In units of the last place of the result."""
    rounded = exact.astype(got.dtype)
    with np.errstate(invalid="ignore"):
        unit = np.abs(np.spacing(np.abs(rounded))).astype(Exact)
        off = np.abs(got.astype(Exact) - exact) / unit
    return np.where((got == rounded) | (np.isnan(got) & np.isnan(rounded)), 0, off)


@pytest.mark.parametrize("name, dtype", CASES)
def test_errors_are_as_stated(name, dtype):
    exact, single, double, bound, double_bound = FUNCTIONS[name]
    low, high = single if dtype == "float32" else double
    x = samples(low, high, dtype, 1500 if name.startswith("erf") else COUNT)
    with np.errstate(all="ignore"):
        got, wanted = computed(name, x), exact(x.astype(Exact))
        off = error(got, wanted)
    if name == "erfc":  # what would be denormal is 0
        off[(got == 0) & (wanted < 1.01 * np.finfo(dtype).tiny)] = 0
    worst = np.argmax(off)
    assert off[worst] <= (bound if dtype == "float32" else double_bound), x[worst]


@pytest.mark.parametrize("name, dtype", CASES)
def test_exceptional_arguments_are_as_in_numpy(name, dtype):
    x = ends(dtype)
    if name in ("sigmoid", "erf", "erfc"):
        special = pytest.importorskip("scipy.special")
        expected = {"sigmoid": special.expit, "erf": special.erf, "erfc": special.erfc}[name](x)
    else:
        with np.errstate(all="ignore"):
            expected = getattr(np, name)(x)
    got = computed(name, x)
    np.testing.assert_allclose(got, expected, rtol=8 * np.finfo(dtype).eps)
    known = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(got[known]), np.signbit(expected[known]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_powers(dtype):
    rng = np.random.default_rng(1)
    count = COUNT if dtype == "float32" else 500
    x = np.exp(rng.uniform(-8, 8, count)).astype(dtype) * rng.choice([-1, 1], count).astype(dtype)
    y = np.where(rng.random(count) < 0.5, rng.integers(-9, 10, count), rng.uniform(-9, 9, count)).astype(dtype)
    edges = np.concatenate([ends(dtype), np.array([2, -2, 3, -3, 0.5, -0.5], dtype)])
    x = np.concatenate([x, np.repeat(edges, edges.size)])
    y = np.concatenate([y, np.tile(edges, edges.size)])
    with np.errstate(all="ignore"):
        exact = np.power(x.astype(Exact), y.astype(Exact))
        off = error(computed("power", x, y), exact)
    worst = np.argmax(off)
    assert off[worst] <= 1, (x[worst], y[worst])
    zero = exact == 0
    np.testing.assert_array_equal(np.signbit(computed("power", x, y)[zero]), np.signbit(exact[zero]))


@pytest.mark.parametrize("kind", ["avx2", "plain"])
def test_with_narrower_vectors(kind):
    if host().kind != "avx512" or os.environ.get("CHALKGRAD_VECTOR"):
        pytest.skip("runs once, on a machine with the widest vectors")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "stated or powers", __file__]
    done = subprocess.run(command, env=os.environ | {"CHALKGRAD_VECTOR": kind}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
