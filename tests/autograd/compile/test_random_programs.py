"""Random programs: whatever is built of primitives computes the same compiled, gradients included."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import autograd

SHAPES = [(3, 4), (4,), (3, 1), (1, 4), (), (2, 3, 4), (4, 3)]
UNARY = {
    "tanh": np.tanh,
    "sin": np.sin,
    "exp": lambda x: np.exp(0.1 * x),
    "square": lambda x: x * x * 0.1,
    "negative": lambda x: -x,
    "sigmoid": autograd.sigmoid,
    "softplus": autograd.softplus,
    "relu": autograd.relu,
    "abs": np.abs,
    "same": lambda x: x * 1,
    "half": lambda x: x / 2 - 0,
    "sum": lambda x: np.sum(x),
    "mean of rows": lambda x: np.mean(x, -1, keepdims=True) if x.ndim else x,
    "max": lambda x: np.max(x, 0) if x.ndim else x,
    "transpose": lambda x: np.transpose(x),
    "flat": lambda x: np.reshape(x, -1)[::2],
    "reversed": lambda x: x[..., ::-1] if x.ndim else x,
    "first": lambda x: x[0] if x.ndim else x,
    "cumsum": lambda x: np.cumsum(x, -1) * 0.3 if x.ndim else x,
    "softmax": lambda x: autograd.softmax(x, -1) if x.ndim else x,
    "twice": lambda x: np.concatenate([x, 2 * x], -1) if x.ndim else x,
    "broadcast": lambda x: np.broadcast_to(x, (2, *x.shape)) if x.ndim < 3 else x,
    "sorted": lambda x: np.sort(x, -1) if x.ndim else x,
    "positive": lambda x: np.where(x > 0, x, 0.1 * x),
    "single": lambda x: x.astype(np.float32).astype(x.dtype),
}
BINARY = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": lambda x, y: np.tanh(x) * y,
    "divide": lambda x, y: x / (1 + y * y),
    "maximum": np.maximum,
    "minimum": np.minimum,
    "where": lambda x, y: np.where(x > y, x, 2 * y),
    "arctan2": lambda x, y: np.arctan2(x, 1.5 + y * y),
    "product": lambda x, y: (x @ y) * 0.3,
    "outer": lambda x, y: np.einsum("i,j->ij", np.reshape(x, -1)[:3], np.reshape(y, -1)[:3]) * 0.3,
}


@st.composite
def programs(draw):
    """Shapes of arguments, and steps (name, operand, operand) of which those that do not fit are left out."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    count = len(shapes)
    steps = []
    for k in range(draw(st.integers(1, 14))):
        name = draw(st.sampled_from([*UNARY, *BINARY]))
        operand = st.integers(0, count + k - 1)
        steps.append((name, draw(operand), draw(operand)))
    return shapes, steps


def function_of(steps):
    def function(*arguments):
        values = list(arguments)
        for name, a, b in steps:
            x, y = values[a], values[b]
            try:
                values.append(UNARY[name](x) if name in UNARY else BINARY[name](x, y))
            except ValueError:  # shapes that do not fit
                values.append(x)
        return sum(np.sum(v) * (0.1 + k % 3) for k, v in enumerate(values))

    return function


def arrays(shapes, seed, dtype):
    rng = np.random.default_rng(seed)
    return [rng.uniform(-2, 2, shape).astype(dtype) for shape in shapes]


def agree(compiled, function, shapes, dtype, tolerance):
    for seed in range(4):
        given = arrays(shapes, seed, dtype)
        wanted, got = function(*given), compiled(*given)
        for a, b in zip(np.atleast_1d(np.array(wanted, object)), np.atleast_1d(np.array(got, object)), strict=True):
            np.testing.assert_allclose(np.asarray(b, float), np.asarray(a, float), rtol=tolerance, atol=tolerance)
    assert any(s.replays for s in compiled._signatures.values()), compiled.explain()


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-9), (np.float32, 2e-3)])
@given(program=programs())
@settings(max_examples=25)
def test_values_and_gradients(dtype, tolerance, program):
    shapes, steps = program
    both = autograd.value_and_grad(function_of(steps), range(len(shapes)))

    def function(*arguments):
        value, gradients = both(*arguments)
        return (np.reshape(value, ()), *gradients)

    agree(autograd.compile(function), function, shapes, dtype, tolerance)


@given(program=programs())
@settings(max_examples=10)
def test_second_derivatives(program):
    shapes, steps = program
    function = autograd.grad(lambda *xs: sum(np.sum(np.sin(g)) for g in autograd.grad(f, range(len(xs)))(*xs)))
    f = function_of(steps)
    agree(autograd.compile(lambda *xs: (function(*xs),)), lambda *xs: (function(*xs),), shapes, np.float64, 1e-8)


@given(program=programs(), rate=st.floats(0.01, 0.1))
@settings(max_examples=10)
def test_training(program, rate):
    shapes, steps = program
    function = function_of(steps)
    both = []
    for _ in range(2):
        tensors = [autograd.tensor(a, requires_grad=True) for a in arrays(shapes, 0, np.float64)]
        velocity = [autograd.zeros(t.shape, dtype="float64") for t in tensors]

        def step(rate, tensors=tensors, velocity=velocity):
            for t in tensors:
                t.grad = None
            loss = autograd.tanh(autograd.sum(function(*tensors)))
            loss.backward()
            with autograd.no_grad():
                moved = [0.5 * v + t.grad for v, t in zip(velocity, tensors)]
                autograd.graph.assign(velocity, moved)
                autograd.graph.assign(tensors, [t - rate * v for t, v in zip(tensors, velocity)])
            return loss

        both.append((tensors, velocity, step))
    (a, v, eager), (b, w, other) = both
    compiled = autograd.compile(other)
    for k in range(5):
        np.testing.assert_allclose(compiled(rate / (k + 1)).data, eager(rate / (k + 1)).data, rtol=1e-8, atol=1e-9)
    for x, y in zip([*a, *v, *(t.grad for t in a)], [*b, *w, *(t.grad for t in b)], strict=True):
        np.testing.assert_allclose(y.data, x.data, rtol=1e-7, atol=1e-8)


def test_numbers_are_not_mixed_up_with_operands():
    x, y = np.array([[1.0, -2.0]]), np.array([[3.0, 4.0]])

    def function(x, y):
        mask = x > 0
        first = np.where(mask, y, 0) + np.where(mask, 0, y) * 2
        return first, np.where(mask, x, 1.0) * y, np.where(mask, x, y), x * y, x * 1.5, y * 0.0, y * -0.0

    compiled = autograd.compile(function)
    for _ in range(3):
        for a, b in zip(compiled(x, y), function(x, y), strict=True):
            np.testing.assert_array_equal(a, b)
            np.testing.assert_array_equal(np.signbit(a), np.signbit(b))
    separate = [lambda x, y: x * y, lambda x, y: x * 1.5, lambda x, y: x * 0.0, lambda x, y: x * -0.0]
    for one in separate:
        compiled = autograd.compile(one)
        for _ in range(3):
            np.testing.assert_array_equal(np.signbit(compiled(x, y)), np.signbit(one(x, y)))
