"""Tests of the property tests: each planted mistake must be caught, and by the check meant for it."""

import numpy as np
import pytest

import autograd
from autograd.primitive import Primitive
from autograd.sampling import pair, unary
from autograd.tensor import Tensor
from autograd.testing import PRIMITIVE_CHECKS, check_order_3, check_primitive

POSITIVE = unary(0.5, 2.0)


def planted(function, rules, samples=POSITIVE, **declaration):
    """A primitive like those of the library (whose rules are not checked at each use), but in no registry."""
    function.__module__, function.__name__ = "autograd.planted", "planted"
    function.__doc__ = "A primitive for this test."
    return Primitive(function, rules, samples=samples, **declaration)


def square(x):
    return x * x


def product(x, y):
    return x * y


def cut(value):
    """The numbers alone, as a rule that reads `.data` would see them."""
    return value.data if isinstance(value, Tensor) else value


def cast_up(value):
    return autograd.astype(value, "float64")


def sorting(x):
    if x.ndim:
        x.sort()
    return x * x


def spoil(array, result):
    if isinstance(array, np.ndarray):
        array *= 2
    return result


def in_memory_order(x):
    return np.cumsum(x.ravel(order="K")).reshape(x.shape)


def first_and_second(x):
    return x * x, x * x * x


def split_in_two(*xs):
    return xs[0] * 2, xs[0] * 3


def row_sum(x):
    return np.add.reduce(x, axis=-1, keepdims=True)


def matrices(s):
    return (s.array((s.integer(1, 3), s.integer(2, 4)), 0.5, 2.0),), {}


def saving_too_much():
    p = planted(square, {"x": lambda g, x: 2 * g * x})
    p.wants = {"x": ("g",)}
    return p


MISTAKES = {
    "factor": ("check_order_1", planted(square, {"x": lambda g, x: g * x})),
    "sign": ("check_order_1", planted(square, {"x": lambda g, x: -2 * g * x})),
    "only the second argument": (
        "check_order_1",
        planted(product, {"x": lambda g, y: g * y, "y": lambda g, y: g * y}, pair(), elementwise=True),
    ),
    "missing broadcasting": (
        "check_gradient_types",
        planted(product, {"x": lambda g, y: g * y, "y": lambda g, x: g * x}, pair()),
    ),
    "wrong shape": ("check_gradient_types", planted(row_sum, {"x": lambda g: g}, matrices)),
    "wrong shape that broadcasts": (
        "check_gradient_types",
        planted(square, {"x": lambda g, x: autograd.broadcast_to(2 * g * x, (1, *x.shape))}),
    ),
    "cut argument": ("check_order_2", planted(square, {"x": lambda g, x: 2 * g * cut(x)})),
    "asymmetric second derivative": (
        "check_symmetry",
        planted(product, {"x": lambda g, y: g * y, "y": lambda g, x: g * cut(x)}, pair(), elementwise=True),
    ),
    "nine digits only": ("check_complex_step", planted(square, {"x": lambda g, x: (2 + 1e-9) * g * x})),
    "cut adjoint": ("check_order_2", planted(square, {"x": lambda g, x: 2 * cut(g) * x})),
    "second derivative of another function": (
        "check_order_2",
        planted(square, {"x": lambda g, x: g * x + cut(x) * g}),
    ),
    "third derivative": (
        "check_order_3",
        planted(lambda x: x * x * x, {"x": lambda g, x: g * x * x * 3 + g * (x - cut(x)) ** 2}, text="{x}³"),
    ),
    "square of the adjoint": ("check_linear_in_adjoint", planted(square, {"x": lambda g, x: 2 * g * g * x})),
    "constant beside the adjoint": ("check_linear_in_adjoint", planted(square, {"x": lambda g, x: 2 * g * x + 1e-3})),
    "result that depends on being recorded": (
        "check_recorded_rules",
        planted(square, {"x": lambda g, x: (3 if isinstance(x, Tensor) else 2) * g * x}),
    ),
    "kernel that overwrites its input": ("check_inputs_unchanged", planted(sorting, {"x": lambda g, x: 2 * g * x})),
    "rule that overwrites its argument": (
        "check_inputs_unchanged",
        planted(square, {"x": lambda g, x: spoil(x, 2 * g * x)}),
    ),
    "rule that overwrites the adjoint": (
        "check_inputs_unchanged",
        planted(square, {"x": lambda g, x: spoil(g, 2 * g * x)}),
    ),
    "rule that overwrites the result": (
        "check_inputs_unchanged",
        planted(lambda x: np.exp(x), {"x": lambda g, out: spoil(out, g * out)}, text="exp({x})"),
    ),
    "float64 out of a float32 rule": (
        "check_gradient_types",
        planted(square, {"x": lambda g, x: 2 * cast_up(g) * x}),
    ),
    "float64 within a float32 rule": (
        "check_inner_adjoints",
        planted(square, {"x": lambda g, x, x_dtype: autograd.astype(g * np.full(x.shape, 2.0) * x, x_dtype)}),
    ),
    "kernel that returns a Tensor": (
        "check_value",
        planted(lambda x: autograd.tensor(x * x), {"x": lambda g, x: 2 * g * x}, text="{x}²"),
    ),
    "kernel that reads memory in another order": (
        "check_value",
        planted(in_memory_order, {"x": None}, lambda s: ((np.asfortranarray(s.array((2, 3))),), {})),
    ),
    "rule for an integer result": (
        "check_tracking",
        planted(lambda x: x.astype(int), {"x": lambda g: 0 * g}, text="int({x})"),
    ),
    "saves what no rule names": ("check_saved", saving_too_much()),
    "declared linear": (
        "check_linear_arguments",
        planted(square, {"x": lambda g, x: 2 * g * x}, linear="x"),
    ),
    "declared linear with a constant": (
        "check_linear_arguments",
        planted(lambda x: 2 * x + 1, {"x": lambda g: 2 * g}, linear="x", text="2{x} + 1"),
    ),
    "wrong adjoint of a linear function": (
        "check_linear_arguments",
        planted(lambda x: 2 * x, {"x": lambda g: 3 * g}, linear="x", text="2{x}"),
    ),
    "factor in forward mode": (
        "check_forward_mode",
        planted(square, {"x": lambda g, x: 2 * g * x}, forward={"x": lambda t, x: t * x}),
    ),
    "forward mode cuts its tangent": (
        "check_nested_modes",
        planted(square, {"x": lambda g, x: 2 * g * x}, forward={"x": lambda t, x: 2 * cut(t) * x}),
    ),
    "one of two results forgotten": (
        "check_order_1",
        planted(first_and_second, {"x": lambda g, x: 2 * g[0] * x}, outputs=2),
    ),
    "variadic rule that forgets which": (
        "check_order_1",
        planted(
            lambda *xs: xs[0] + 2 * xs[1],
            {"xs": lambda g, i: g},
            lambda s: ((s.array((3,)), s.array((3,))), {}),
            text="xs",
        ),
    ),
    "samples outside the domain": (
        "check_order_1",
        planted(lambda x: x + np.inf, {"x": lambda g: g}, text="{x}"),
    ),
}
ALL_CHECKS = (*PRIMITIVE_CHECKS, check_order_3)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_caught_by_the_check_meant_for_it(mistake):
    check, primitive = MISTAKES[mistake]
    (alone,) = [c for c in ALL_CHECKS if c.__name__ == check]
    with pytest.raises(AssertionError) as caught:
        check_primitive(primitive, 25, [alone])
    notes = "\n".join(caught.value.__notes__)
    assert f"in {check} on planted(" in notes


def test_right_primitives_pass():
    check_primitive(planted(square, {"x": lambda g, x: 2 * g * x}), 25, ALL_CHECKS)


def test_no_check_is_without_a_mistake():
    """A check that no planted mistake needs could be dropped, or is not tested."""
    assert {check.__name__ for check in ALL_CHECKS} - {check for check, _ in MISTAKES.values()} == set()


def test_a_primitive_without_samples_is_reported():
    with pytest.raises(TypeError, match=r"primitive planted has no samples and cannot be tested: declare samples="):
        check_primitive(planted(square, {"x": lambda g, x: 2 * g * x}, samples=None))
