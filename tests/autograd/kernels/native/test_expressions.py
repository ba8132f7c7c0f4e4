"""Every operation of expressions computes what the library's primitive of that name does."""

import os
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("llvmlite")

from autograd import registry
from autograd.kernels.choice import references_only
from autograd.kernels.native.expressions import OPERATIONS, emit_expression, serves, step
from autograd.kernels.native.host import available, host
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.values import I8

pytestmark = pytest.mark.skipif(not available(), reason="native kernels are switched off")

ULPS = {
    "arcsinh": 8,
    "arccosh": 8,
    "erfc": 8,
    "gelu": 40,
    "sigmoid_cross_entropy": 16,
    "binary_cross_entropy": 16,
    "logsigmoid": 16,
}
"""Where the reference's own rounding, or a difference of large terms, allows for more units in the last place."""
ABSOLUTE = {
    "tanhshrink",
    "sigmoid_cross_entropy",
    "binary_cross_entropy",
    "logaddexp",
    "logaddexp2",
    "hypot",
    "softshrink",
}
"""Differences, so compared with what was subtracted."""
WITH_PARAMETERS = {
    "dropout": {"scale": 1.25},
    "where": {"dtype": None},
    "threshold": {"threshold": 0.5, "value": -1.5},
    "nan_to_num": {"nan": 1.0, "posinf": 2.0, "neginf": None},
    "softplus": {"beta": 2.0, "threshold": 5.0},
    "gelu": {"approximate": "tanh"},
    "elu": {"alpha": 0.5},
    "leaky_relu": {"negative_slope": 0.25},
}


@generated
def evaluated(code, steps, count, dtypes):
    """The last value of an expression."""
    lanes = min(code.host.lanes(d) for d in dtypes)
    places = [code.operand(k, d) for k, d in enumerate(dtypes)]
    for i, mask in code.vectors(count, lanes):
        inputs = [code.load(place + i, lanes, mask) for place in places[:-1]]
        inputs = [x.ne(0) if d == "bool" else x for x, d in zip(inputs, dtypes)]
        value = emit_expression(code, steps, inputs)[-1]
        if dtypes[-1] == "bool":
            value = code.convert(value, I8)
        code.store(value, places[-1] + i, mask)


def computed(steps, operands, dtype):
    out = np.empty(operands[0].shape, dtype)
    dtypes = (*(a.dtype.name for a in operands), out.dtype.name)
    evaluated(tuple(steps), out.size, dtypes)(*operands, out)
    return out


def edges(dtype):
    info = np.finfo(dtype)
    sizes = [0, 0.5, 1, 2, 3, 6, 7.25, 25, 100, info.max, info.tiny, np.inf]
    return np.array([*sizes, *(-s for s in sizes), np.nan], dtype)


def arguments(count, dtype):
    """All pairs of edge values, and random ones."""
    one, rng = edges(dtype), np.random.default_rng(0)
    pairs = [np.tile(one, one.size), np.repeat(one, one.size)]
    return [np.concatenate([a, rng.normal(0, 3, 301).astype(dtype)]) for a in pairs[:count]]


CASES = [(name, dtype) for name in sorted(set(OPERATIONS) - {"astype"}) for dtype in ("float32", "float64")]


@pytest.mark.parametrize("name, dtype", CASES)
def test_operations_are_those_of_the_primitives(name, dtype):
    known, primitive = OPERATIONS[name], registry[name]
    assert len(primitive.args) == known.operands
    operands = arguments(known.operands, dtype)
    if name == "where":
        operands = [operands[0] > 0, *operands]
    if name == "dropout":
        operands[1] = operands[1] > 0
    if name == "binary_cross_entropy":
        operands[1] = np.clip(operands[1], 0, 1)
    if name == "constant_power":
        choices = [{"exponent": e} for e in (2, 3, -1, 0.5, 2.5)]
    else:
        choices = [{}] if name not in ("threshold", "dropout") else []
        choices += [WITH_PARAMETERS[name]] if name in WITH_PARAMETERS else []
    for given in choices:
        wanted = given if name != "where" else {}
        with np.errstate(all="ignore"), references_only():
            expected = primitive.kernel(*operands, **wanted)
        got = computed([step(name, range(known.operands), given)], operands, expected.dtype)
        if expected.dtype == bool:
            np.testing.assert_array_equal(got, expected)
            continue
        eps = np.finfo(dtype).eps
        size = np.maximum.reduce([np.where(np.isfinite(a), np.abs(a), 0) for a in operands])
        floor = 4 * eps * np.minimum(size, 200) if name in ABSOLUTE else np.finfo(dtype).tiny
        with np.errstate(all="ignore"):
            near = np.abs(got - expected) <= ULPS.get(name, 6) * eps * np.abs(expected) + floor
        same = near | (got == expected) | (np.isnan(got) & np.isnan(expected))
        assert same.all(), [(*(a[~same][:3] for a in operands), got[~same][:3], expected[~same][:3]), given]


def test_expressions_refer_to_inputs_and_former_steps():
    x, y = np.linspace(-3, 3, 21, dtype="f"), np.linspace(5, 1, 21, dtype="f")
    steps = [("multiply", 0, 1), ("add", 2, 1.5), ("maximum", 3, 0.0), ("subtract", 4, 0)]
    np.testing.assert_allclose(computed(steps, [x, y], "f"), np.maximum(x * y + 1.5, 0) - x, rtol=1e-6)


def test_masks_are_numbers_among_numbers():
    x, y = np.linspace(-3, 3, 21, dtype="f"), np.linspace(-3, 3, 21, dtype="f")[::-1].copy()
    steps = [("greater", 0, 0.0), ("less", 1, 2.0), ("logical_and", 2, 3), ("multiply", 1, 4)]
    np.testing.assert_array_equal(computed(steps, [x, y], "f"), y * ((x > 0) & (y < 2)))
    np.testing.assert_array_equal(computed(steps[:3], [x, y], "bool"), (x > 0) & (y < 2))
    chosen = [("greater", 0, 0.0), ("where", 1, 2.0, -1.0, "float64")]
    np.testing.assert_array_equal(computed(chosen, [x], "float64"), np.where(x > 0, 2.0, -1.0))


def test_dtypes_change_by_astype_and_float32_widens():
    x = np.linspace(-3, 3, 21, dtype="f")
    k = np.arange(21, dtype=np.int64)
    np.testing.assert_array_equal(computed([("astype", 1, "float32"), ("add", 0, 2)], [x, k], "f"), x + k.astype("f"))
    np.testing.assert_array_equal(computed([("add", 0, 1)], [x, x.astype("d") / 3], "d"), x + x.astype("d") / 3)
    np.testing.assert_array_equal(computed([("astype", 0, "int32")], [x], "int32"), x.astype("int32"))
    np.testing.assert_array_equal(computed([("astype", 0, "bool")], [k], "bool"), k != 0)
    np.testing.assert_array_equal(computed([("multiply", 0, 1), ("add", 2, 3.0)], [k, k], "int64"), k * k + 3)


def test_steps_take_parameters_by_name():
    assert step("leaky_relu", (0,), {"negative_slope": 0.2}) == ("leaky_relu", 0, 0.2)
    assert step("softplus", (3,), {"threshold": 9.0}) == ("softplus", 3, 1.0, 9.0)
    assert step("add", (0, 1.5)) == ("add", 0, 1.5)
    with pytest.raises(TypeError, match=r"gelu has the parameters approximate, got approx"):
        step("gelu", (0,), {"approx": "tanh"})


def test_what_is_served():
    assert serves("add", ["float32", "float32"])
    assert serves("add", ["int64", None])
    assert serves("multiply", ["float32", "bool"])
    assert serves("where", ["bool", "float64", None])
    assert not serves("multiply", ["bool", "bool"])
    assert not serves("multiply", ["float32", "int64"])
    assert not serves("exp", ["int64"])
    assert not serves("exp", ["complex64"])
    assert not serves("exp", ["float16"])
    assert not serves("add", ["float32"])
    assert not serves("sort", ["float32"])


def test_what_an_expression_cannot_take_is_named():
    x, k = np.zeros(4, "f"), np.zeros(4, "int64")
    with pytest.raises(ValueError, match="expressions have no operation 'sort'"):
        computed([("sort", 0)], [x], "f")
    with pytest.raises(TypeError, match=r"add of an expression wants numbers of one type, got float, i64"):
        computed([("add", 0, 1)], [x, k], "f")
    with pytest.raises(TypeError, match=r"exp of an expression wants floats of one type, got i64"):
        computed([("exp", 0)], [k], "int64")
    with pytest.raises(TypeError, match=r"where of an expression wants numbers of one type, got 1.0, 2.0"):
        computed([("greater", 0, 0.0), ("where", 1, 1.0, 2.0)], [x], "f")


@pytest.mark.parametrize("kind", ["avx2", "plain"])
def test_with_narrower_vectors(kind):
    if host().kind != "avx512" or os.environ.get("CHALKGRAD_VECTOR"):
        pytest.skip("runs once, on a machine with the widest vectors")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", __file__]
    command += [
        "-k",
        "masks or dtypes or (float32 and (power or floor or maximum or where or gelu or softplus or sin))",
    ]
    environment = os.environ | {"CHALKGRAD_VECTOR": kind}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
