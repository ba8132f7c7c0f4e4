"""Derivatives in writing, and the table of primitives made of them."""

from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import primitive, registry
from autograd.notation import derivative
from autograd.ops import load_all
from autograd.primitive import Primitive
from autograd.sampling import unary
from scripts import primitives_table

load_all()


@pytest.mark.parametrize(
    "name, arg, text",
    [
        ("add", "x", "g"),
        ("multiply", "y", "g · x"),
        ("divide", "y", "-g · out / y"),
        ("arctanh", "x", "g / ((1 - x) · (1 + x))"),
        ("subtract", "y", "-g"),
        ("exp", "x", "g · out"),
        ("square", "x", "g · (x + x)"),
        ("remainder", "y", "-g · ⌊x / y⌋"),
        ("transpose", "x", "gᵀ"),
        ("mean", "x", "spread(g / c)"),
        ("elu", "x", "g · (x > 0) + (g - g · (x > 0)) · (out + alpha)"),
        ("concatenate", "xs", "split g"),
        ("batch_norm", "bias", "Σ g0"),
        ("matmul", "x", "computed by matmul_wrt_x(g, x_shape, y)"),
    ],
)
def test_derivatives(name, arg, text):
    assert derivative(registry[name], arg) == text


@pytest.mark.parametrize("p", registry.values(), ids=list(registry))
def test_every_derivative_can_be_written(p):
    for arg in p.differentiable:
        assert derivative(p, arg)


def test_the_formula_shown_is_the_formula_run():
    def shifted(x):
        """A function with a rule of its own."""
        return np.exp(x)

    p = Primitive(shifted, {"x": lambda g, out: g * (out - 2.5)}, samples=unary())
    assert derivative(p, "x") == "g · (out - 2.5)"


def test_without_samples_the_rule_is_named():
    @primitive(x=lambda g, x: 3 * g * x**2)
    def cube(x):
        """x³."""
        return x**3

    assert derivative(cube.primitive, "x") == "computed by its rule(g, x)"


def test_an_argument_without_derivative_is_refused():
    with pytest.raises(KeyError, match="condition"):
        derivative(registry["where"], "condition")


def test_the_table_of_primitives_is_up_to_date():
    written = Path(autograd.__file__).parents[1] / "docs" / "primitives.md"
    assert written.read_text(encoding="utf-8") == primitives_table.text(), "run: make tables"
