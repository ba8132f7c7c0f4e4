"""Primitives with several results whose rules name just one of them."""

import numpy as np
import pytest

import autograd


def test_a_rule_that_names_one_result_keeps_only_that():
    @autograd.primitive(x=lambda g, out1: g[0] * out1 + 2 * g[1] * out1, outputs=2)
    def square_and_double(x):
        """x² and 2x."""
        return x * x, 2 * x

    x = autograd.tensor(np.array([1.0, 3.0]), requires_grad=True)
    square, _ = square_and_double(x)
    (node,) = square._node.inputs
    assert [a.tolist() for a in node.saved if isinstance(a, np.ndarray)] == [[2, 6]]
    (d,) = autograd.gradients(square.sum(), x, create_graph=True)
    assert d.tolist() == [2, 6]
    (d,) = autograd.gradients((d * d).sum(), x)
    assert d.requires_grad is False


def test_a_result_that_does_not_exist_is_refused():
    with pytest.raises(TypeError, match="a rule asks for 'out2'; it can name g, out, out0, out1, x"):

        @autograd.primitive(x=lambda g, out2: out2, outputs=2)
        def twice(x):
            """x and x."""
            return x, x
