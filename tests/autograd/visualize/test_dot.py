"""The picture of the recorded graph, as DOT text."""

import numpy as np
import pytest

import autograd
from autograd.visualize import digraph, dot
from autograd.visualize.dot import summary

pytest.importorskip("graphviz")


def neuron():
    x = autograd.tensor(3.0, name="x")
    w = autograd.tensor(2.0, requires_grad=True, name="w")
    b = autograd.tensor(1.0, requires_grad=True, name="b")
    u = w * x
    u.name = "u"
    v = u + b
    v.name = "v"
    return autograd.tanh(v)


def test_values_names_and_local_derivatives_of_scalars():
    text = dot(neuron())
    assert "x\nvalue 3" in text
    assert "w\nvalue 2" in text
    assert "u = w · x\nvalue 6" in text
    assert "v = u + b\nvalue 7" in text
    assert text.count("∂ = 1") == 2
    assert "∂ = 3" in text


def test_says_that_there_is_no_gradient_before_backward_and_shows_it_after():
    a = neuron()
    assert dot(a).count("no gradient yet") == 5
    a.backward()
    text = dot(a)
    assert "no gradient yet" not in text
    assert f"b\nvalue 1\ngrad {summary(np.float32(1 - np.tanh(np.float32(7)) ** 2))}" in text
    assert "tanh(v)\nvalue 1\ngrad 1" in text


def test_large_tensors_are_summarised():
    w = autograd.tensor(np.linspace(0.0, 1.0, 100).reshape(4, 25), requires_grad=True, name="w")
    assert "4×25 float64, min 0, mean 0.5, max 1" in dot(w * 2.0)


def test_names_are_escaped():
    w = autograd.tensor(2.0, requires_grad=True, name='quote " \\n <b> backslash \\')
    source = dot(w * 2.0)
    assert 'label="quote \\" \\\\n <b> backslash \\\\' in source


def test_visualize_returns_a_digraph_and_refuses_what_was_not_recorded():
    import graphviz

    assert isinstance(neuron().visualize("TB"), graphviz.Digraph)
    with pytest.raises(ValueError, match="was not recorded"):
        autograd.tensor(1.0).visualize()
    with pytest.raises(ValueError, match="rankdir"):
        digraph(neuron(), "sideways")


def test_shared_operand_is_one_node_with_two_edges():
    w = autograd.tensor(3.0, requires_grad=True, name="w")
    text = dot(w * w)
    assert text.count("w\nvalue 3") == 1
    assert text.count("->") == 2
