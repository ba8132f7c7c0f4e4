"""Expressions as text: what they compute, and that nothing else can be done with them."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

import autograd
from autograd.visualize import Expression, ExpressionError, explain, steps
from autograd.visualize.expressions import number_or_array


@pytest.mark.parametrize(
    "text, values, wanted",
    [
        ("w*x + b", (2.0, 3.0, 1.0), 7.0),
        ("-x**2 / 4 - +x", (2.0,), -3.0),
        ("2**-x", (1.0,), 0.5),
        ("W @ x", (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 1.0])), [3.0, 7.0]),
        ("sum([x, 2*x, 1])", (3.0,), 10.0),
        ("[1, 2] * x", (3.0,), [3.0, 6.0]),
        ("sum(x, axis=0, keepdims=True)", (np.ones((2, 3)),), [[2.0, 2.0, 2.0]]),
        ("concat((x, 2*x))", (np.ones(2),), [1.0, 1.0, 2.0, 2.0]),
        ('einsum("i,i->", x, x)', (np.array([3.0, 4.0]),), 25.0),
        ("det(A)", (np.array([[1.0, 2.0], [3.0, 4.0]]),), -2.0),
        ("sin(pi*x)", (0.5,), 1.0),
        ("u = w*x\nv = u + 1; u*v", (2.0, 3.0), 42.0),
        ("x = y + 1; x * 2", (1.0,), 4.0),
    ],
)
def test_values(text, values, wanted):
    tensors = [autograd.tensor(np.asarray(v), requires_grad=True) for v in values]
    np.testing.assert_allclose(Expression(text)(*tensors).detach().numpy(), wanted, atol=1e-12)


def test_a_constant_can_be_given_another_value():
    assert Expression("e*x").variables == ("x",)
    assert Expression("e*x", ["e", "x"]).variables == ("e", "x")


def test_results_on_the_way_get_free_letters_and_given_names():
    s = steps(Expression("h = w*x; relu(h*v + u)"), 2.0, 3.0, 1.0, 1.0)
    assert [s.cells[k].symbol for k in s.forward] == ["h", "z", "s", "a"]
    assert s.title == "h = w*x; relu(h*v + u)"
    s = steps(Expression("a * 2"), 2.0)
    assert s.cells[s.output].symbol == "L"


@pytest.mark.parametrize(
    "text, message, column",
    [
        ("rleu(x)", "unknown function rleu (did you mean relu", 0),
        ("1 + nothing_like_it(x)", "unknown function nothing_like_it", 4),
        ("x + y.T", "attributes such as x.T are not allowed", 4),
        ("x.__class__.__bases__[0]", "subscripts such as x[0] are not allowed", 0),
        ("x['__doc__']", "subscripts such as x[0] are not allowed", 0),
        ("().__class__", "attributes", 0),
        ("__import__('os').system('true')", "attributes", 0),
        ("__import__('os')", "unknown function __import__", 0),
        ("eval('1')", "unknown function eval", 0),
        ("open('/etc/passwd')", "unknown function open", 0),
        ("vectorize(x)", "unknown function vectorize", 0),
        ("as_strided(x, (9, 9), (8, 8))", "unknown function as_strided", 0),
        ("zeros(1000)", "unknown function zeros", 0),
        ("(lambda: 1)()", "lambda is not allowed", 1),
        ("import os", "import is not allowed", 0),
        ("from os import path", "import is not allowed", 0),
        ("x if x else 1", "if/else is not allowed", 0),
        ("x < 1", "comparisons have no derivative", 0),
        ("x and x", "and/or are not allowed", 0),
        ("not x", "only + and - are allowed", 0),
        ("[y for y in x]", "only numbers, names", 0),
        ("{1: x}", "only numbers, names", 0),
        ("while x: x", "statements are not allowed", 0),
        ("def f(): pass", "statements are not allowed", 0),
        ("relu(*x)", "*arguments are not allowed", 5),
        ("relu(**x)", "**arguments are not allowed", 7),
        ("x[0] = 1", "only a plain name can be given to a value", 0),
        ("_x = 1; x", "only a plain name can be given to a value", 0),
        ("_x + 1", "names do not begin with an underscore", 0),
        ("x; x + 1", "a value before the last one needs a name", 0),
        ("'a' * x", "a string is allowed only as an argument", 0),
        ("x ^ 2", "a power is written x**2", 0),
        ("x // 2", "call floor_divide(x, y)", 0),
        ("x +", "invalid syntax", 3),
        ("relu(x", "'(' was never closed", 4),
        ("äöü + y.T", "attributes", 6),
        ("u = x\nv = u.T", "attributes", 4),
    ],
)
def test_refusals_show_the_place(text, message, column):
    with pytest.raises(ExpressionError) as caught:
        Expression(text)
    first, *_, shown, caret = str(caught.value).split("\n")
    assert message in first
    assert caret == " " * (2 + column) + "^"
    assert shown == "  " + text.split("\n")[-1]


@pytest.mark.parametrize(
    "text, message",
    [
        ("9**9**9**9 * x", "a number becomes too large"),
        ("1/0 * x", "division by zero"),
        ("x @ x", "matmul"),
        ("softmax(x, axis=3)", "axis 3"),
        ("reshape(x, 10**9)", "cannot be interpreted as an integer"),
    ],
)
def test_what_goes_wrong_in_a_call_is_said_with_its_place(text, message):
    with pytest.raises(ExpressionError, match=message) as caught:
        explain(Expression(text), 2.0)
    assert "^" in str(caught.value)


@pytest.mark.parametrize("text", ["", "  ", "(" * 5000, "x" * 6000, "-" * 4000 + "x", "9" * 4900, "x+" * 2400 + "x"])
def test_monstrous_texts_are_refused_quickly(text):
    with pytest.raises(ExpressionError):
        Expression(text)


def test_a_long_line_is_shown_around_the_place():
    with pytest.raises(ExpressionError) as caught:
        Expression("x + " * 40 + "y.T")
    shown, caret = str(caught.value).split("\n")[1:]
    assert len(shown) <= 80
    assert shown[caret.index("^") :].startswith("y.T")


@example("x.y")
@example("\0")
@example("if")
@given(st.text(alphabet="xyu01.+-*/@()[]{},;=:'_ \nreluabs\0é", max_size=40))
def test_no_text_does_anything_but_compute_or_be_refused(text):
    with suppress(ExpressionError):
        expression = Expression(text)
        expression(*(autograd.tensor(1.0, requires_grad=True) for _ in expression.variables))


@pytest.mark.parametrize(
    "text, wanted", [("2", 2.0), ("-1e-3", -0.001), ("[1, 2]", [1, 2]), ("[[1,2],[3,4]]", [[1, 2], [3, 4]])]
)
def test_values_of_assignments(text, wanted):
    value = number_or_array(text)
    np.testing.assert_array_equal(value, wanted)
    assert np.asarray(value).dtype == np.float64


@pytest.mark.parametrize(
    "text", ["", "two", "[1, [2]]", "[1, 'a']", "{}", "1+", "__import__('os')", "None", "True", "1j", "(" * 900]
)
def test_other_values_of_assignments_are_refused(text):
    with pytest.raises(ExpressionError, match="wanted a number or a list of numbers"):
        number_or_array(text)


def test_missing_and_superfluous_values():
    neuron = Expression("relu(weight*x)")
    assert neuron.arguments({"x": 1.0, "weight": 2.0}) == [2.0, 1.0]
    with pytest.raises(ExpressionError, match=r"no value for weight, x; give them as weight=… x=…"):
        neuron.arguments({})
    with pytest.raises(ExpressionError, match=r"wieght does not occur in relu\(weight\*x\) \(did you mean weight\?\)"):
        neuron.arguments({"x": 1.0, "weight": 2.0, "wieght": 2.0})
    with pytest.raises(ExpressionError, match="has no variable"):
        Expression("1 + 2").arguments({})
    with pytest.raises(TypeError, match="has the variables weight, x; got 1 values"):
        neuron(1.0)
