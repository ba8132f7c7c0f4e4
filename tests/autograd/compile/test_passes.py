"""Each pass on small programs: what is left, and that it computes the same."""

import numpy as np
import pytest

import autograd
from autograd.compile import passes
from autograd.ops.shape import astype_, broadcast_to_, reshape_, sum_to, transpose_


def traced(function, *args, literals=True):
    program = autograd.trace(function, *args)
    for v in program.constants:
        v.kind = "literal" if literals else v.kind
    return program


def names(program):
    return [i.primitive.name for i in program.instructions]


def after(function, *args, through=passes.optimized):
    program = traced(function, *args)
    wanted = program(*args)
    short = through(program)
    np.testing.assert_array_equal(short(*args), wanted, strict=True)
    return short


X = np.arange(6.0).reshape(2, 3) - 2.0


def test_dead_code_goes_and_draws_stay():
    def function(x):
        unused = x + 1
        autograd.rand(2)
        return x * 2 if unused is not None else x

    assert names(after(function, X, through=passes.without_dead_code)) == ["draw_uniform", "multiply"]


def test_repetition_is_computed_once_but_draws_are_not():
    def function(x):
        first, second = np.exp(x * 2), np.exp(x * 2)
        a, b = autograd.rand(2, 3), autograd.rand(2, 3)
        return first + second + 0 * (a - b)

    short = passes.without_repetition(traced(function, X))
    assert names(short) == ["multiply", "exp", "draw_uniform", "draw_uniform", "add", "subtract", "multiply", "add"]


def test_numbers_of_other_signs_are_not_the_same():
    short = after(lambda x: [np.copysign(x, v) for v in (0.0, -0.0)], np.ones(2))
    assert names(short) == ["copysign", "copysign"]


def test_constants_are_folded():
    c = np.ones(3)
    short = after(lambda x: x * (np.exp(autograd.tensor(c)) + 1), X)
    assert names(short) == ["multiply"]
    assert len(short.constants) == 1


def test_what_is_no_literal_is_not_folded():
    w = autograd.tensor([1.0, 2.0, 3.0])
    program = traced(lambda x: x * np.exp(w), X, literals=False)
    assert names(passes.optimized(program)) == ["exp", "astype", "multiply"]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * 1,
        lambda x: 1.0 * x,
        lambda x: x / 1,
        lambda x: x - 0,
        lambda x: x + -0.0,
        lambda x: x**1,
        lambda x: x * np.ones((2, 3)),
        lambda x: reshape_(reshape_(x, (6,)), (2, 3)),
        lambda x: transpose_(transpose_(x)),
        lambda x: transpose_(transpose_(x, (1, 0)), (-1, 0)),
        lambda x: transpose_(x, (0, 1)),
        lambda x: astype_(x, np.dtype("float64")),
        lambda x: sum_to(broadcast_to_(x, (2, 3)), (2, 3)),
        lambda x: autograd.clone(x),
    ],
)
def test_what_changes_nothing_goes(function):
    assert names(after(lambda x: np.exp(function(x)), X)) == ["exp"]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x + 0.0,  # turns -0.0 into 0.0
        lambda x: x - -0.0,
        lambda x: x * 1.5,
        lambda x: 1 - x,
        lambda x: x * np.ones((4, 2, 3)),
        lambda x: x.astype("float32") * np.ones((2, 3)),
        lambda x: astype_(astype_(x, np.dtype("float32")), np.dtype("float64")),
        lambda x: transpose_(x),
    ],
)
def test_what_changes_something_stays(function):
    assert len(after(function, np.array([[-0.0, 1e-20, 2.0], [1 / 3, np.nan, np.inf]]))) >= 1


def test_operations_in_a_row_become_one():
    def function(x):
        y = broadcast_to_(broadcast_to_(x, (4, 2, 3)), (5, 4, 2, 3))
        return transpose_(transpose_(y, (1, 0, 2, 3)), (2, 1, 0, 3)) * 2

    assert names(after(function, X)) == ["broadcast_to", "transpose", "multiply"]
    single = after(lambda x: astype_(astype_(x, np.dtype("float64")), np.dtype("float32")) * 2, X.astype("float32"))
    assert names(single) == ["multiply"]


def test_of_several_writes_the_last_counts():
    w = autograd.tensor([1.0])

    def function():
        autograd.graph.assign([w], [w + 1])
        autograd.graph.assign([w], [w * 3])
        local = autograd.zeros(1)
        autograd.graph.assign([local], [w + 5])

    program = autograd.trace(function)
    for v in program.constants:
        v.kind = "constant" if v.tensor is w else "literal"
    short = passes.optimized(program)
    assert names(short) == ["add", "multiply"]
    ((before, final),) = short.updates
    assert before.tensor is w
    assert final is short.instructions[-1].outputs[0]


def test_adjoints_of_means_become_numbers():
    program = traced(autograd.grad(lambda x: (x * x).mean()), X)
    assert names(passes.optimized(program)) == ["multiply", "add"]


def test_casts_within_ufuncs_become_instructions():
    n = autograd.tensor(3)
    program = traced(lambda x: (x * n) ** n + autograd.arange(3, dtype="float32"), X, literals=False)
    short = passes.with_explicit_casts(program)
    assert names(short) == ["astype", "multiply", "power", "astype", "add"]
    assert all(len({v.dtype for v in (*i.inputs, *i.outputs)}) == 1 for i in short.instructions if len(i.inputs) > 1)
    np.testing.assert_array_equal(short(X), program(X), strict=True)
