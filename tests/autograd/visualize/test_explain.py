"""Backpropagation in words: what is printed for the neuron of the slides, and that gradients are the engine's."""

import re
import shutil
import subprocess

import numpy as np
import pytest

import autograd
import nn
from autograd.visualize import Expression, explain, steps
from autograd.visualize.typeset import latex

GOLDEN = """\
FORWARD: each value from those before it

  w  parameter              2
  x  parameter              3
  b  parameter              1
  u  w · x      2 · 3       6
  v  u + b      6 + 1       7
  a  relu(v)    relu(7)     7

BACKWARD: from a to the beginning; g is the gradient that arrives

1. a = relu(v): here it begins, with g = ∂a/∂a = 1.
   To v it passes on g · sign(a), because ∂a/∂v = 1 for v > 0:
     ∂a/∂v = g · sign(a) = 1 · sign(7) = 1

2. v = u + b: here arrives g = ∂a/∂v = 1.
   To u it passes on g, because ∂v/∂u = 1:
     ∂a/∂u = g = 1
   To b it passes on g, because ∂v/∂b = 1:
     ∂a/∂b = g = 1

3. u = w · x: here arrives g = ∂a/∂u = 1.
   To w it passes on g · x, because ∂u/∂w = x = 3:
     ∂a/∂w = g · x = 1 · 3 = 3
   To x it passes on g · w, because ∂u/∂x = w = 2:
     ∂a/∂x = g · w = 1 · 2 = 2

CHAIN RULE: the product along each path

  ∂a/∂w = ∂u/∂w · ∂v/∂u · ∂a/∂v
  ∂a/∂w = 3·1·1 = 3
  ∂a/∂x = ∂u/∂x · ∂v/∂u · ∂a/∂v
  ∂a/∂x = 2·1·1 = 2
  ∂a/∂b = ∂v/∂b · ∂a/∂v
  ∂a/∂b = 1·1 = 1

GRADIENTS

  ∂a/∂w = 3
  ∂a/∂x = 2
  ∂a/∂b = 1"""


def test_the_neuron_of_the_slides():
    assert explain(Expression("relu(w*x + b)"), 2.0, 3.0, 1.0) == GOLDEN


def test_where_paths_meet_contributions_are_added_up():
    text = explain(Expression("x*x + exp(x)"), 2.0)
    assert "That is the first of 3 contributions to x." in text
    assert "Added to what x already has, this gives 11.39, which is its whole gradient." in text
    assert "∂a/∂x = 11.39" in text
    assert "∂a/∂x = g · x" not in text  # a part is not the whole


@pytest.mark.parametrize("format", ["text", "markdown", "latex"])
def test_gradients_are_those_of_the_engine(format):
    w = autograd.tensor([[0.5, -1.25], [2.0, 0.75]], requires_grad=True)
    b = autograd.tensor(0.25, requires_grad=True)
    loss = (autograd.tanh(w @ autograd.tensor([1.0, 2.0])) * b).sum()
    text = explain(loss, format=format)
    assert w.grad is None
    loss.backward()
    shown = re.findall(r"(?:∂b|partial b\}) &?= (\S+)$", text.replace("$", ""), re.MULTILINE)
    assert float(shown[-1]) == pytest.approx(b.grad.item(), rel=1e-3)


def test_eighty_columns():
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2))
    with_loss = nn.functional.cross_entropy(model(np.ones((5, 3))), np.array([0, 1, 0, 1, 1]))
    for text in (
        explain(with_loss),
        explain(Expression("sigmoid(w1*x1 + w2*x2 + w3*x3 + bias)**2"), *map(float, range(7))),
    ):
        assert max(map(len, text.split("\n"))) <= 80


def test_rules_without_a_formula_and_large_arrays():
    w = autograd.tensor(np.arange(12.0), requires_grad=True, name="w")
    L = autograd.checkpoint(lambda x: x * x)(w).sum()
    text = explain(L)
    assert "To w it passes on the derivative of a whole function" in text
    assert text.split("\n")[-1] == "  ∂L/∂w = float64 12, from 0 to 22"
    assert r"\text{ from } 0 \text{ to } 22" in explain(L, format="latex")
    text = explain(nn.LSTM(2, 3)(np.ones((4, 1, 2)))[0].sum())
    assert "(computed by lstm_rule(" in text
    assert "= computed by" not in text


def test_notes_are_told():
    w = autograd.tensor([1.0, 2.0], requires_grad=True)
    L = w * 2
    assert "Note: L is no single number" in explain(L)


def test_jupyter_gets_what_it_can_typeset():
    for format, kind in (("text", None), ("markdown", "text/markdown"), ("latex", "text/latex")):
        made = explain(Expression("x*x"), 3.0, format=format)
        assert set(made._repr_mimebundle_()) == {"text/plain", kind} - {None}
        assert repr(made) == str(made)
        assert made.format_name == format
        assert made.steps.scalar


def test_refusals():
    with pytest.raises(ValueError, match="format must be 'text', 'markdown' or 'latex', got 'html'"):
        explain(Expression("x*x"), 3.0, format="html")
    with pytest.raises(ValueError, match="nothing to show"):
        explain(autograd.tensor(1.0))


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("x ^ 2", "x{}^{2}"),
        ("xᵀ @ g", r"x{}^{\top} \,@\, g"),
        ("|x|", r"\vert x\vert"),
        ("√u + √(1 - x)", r"\sqrt{u} + \sqrt{1 - x}"),
        ("x ^ (y - (1))", r"x {}^{y - (1)}"),
        ("x ^ (y", r"x {}^{y}"),
        ("ln Σ exp x", r"\ln \sum \exp x"),
        ("√", r"\sqrt{}"),
        ("1e-05", r"1 \cdot 10^{-5}"),
        ("100% of {a_b}", r"100\% \text{ of } \{\mathit{a\_b}\}"),
        ("∂loss/∂v₁", r"\frac{\partial \mathit{loss}}{\partial v_{1}}"),
        ("Σ z", r"\sum z"),
    ],
)
def test_formulas_in_latex(text, wanted):
    assert latex(text).replace(" ", "") == wanted.replace(" ", "")


@pytest.mark.parametrize("name", ["a_b", "weight#1", "50%", "x$y", "{", "\\", "^", "~", "é", "&", "<b>", "a|b"])
def test_any_name_leaves_latex_and_tables_whole(name):
    w = autograd.tensor(2.0, requires_grad=True, name=name)
    out = explain(w * w, format="latex")
    assert out.replace("\\{", "").replace("\\}", "").count("{") == out.replace("\\{", "").replace("\\}", "").count("}")
    rows = [line for line in explain(w * w, format="markdown").split("\n") if line.startswith("|")]
    assert {row.count("|") for row in rows} == {5}


def test_the_same_steps_are_read():
    s = steps(Expression("x*x"), 3.0)
    for c in s.cells[s.output].contributions:
        assert c.text.split(" = ", 1)[1] in explain(Expression("x*x"), 3.0)


@pytest.mark.parametrize(
    "text, values",
    [
        ("h = tanh(W @ x + b); sum(h**2) / 2", (np.eye(2), np.ones(2), 0.5)),
        ("sqrt(abs(-x)) + max([x, 2*x]) + exp(-x**2/2)*1e-7", (2.0,)),
        ("norm(x) + logsumexp(x) + sum(softmax(x)*floor(x))", (np.arange(3.0) + 0.5,)),
        ("x**-y * sum([x, y])", (2.0, 3.0)),
    ],
)
def test_formulas_are_what_matplotlib_can_typeset(text, values):
    parse = pytest.importorskip("matplotlib.mathtext").MathTextParser("path").parse
    formulas = re.findall(r"\$([^$]+)\$", explain(Expression(text), *values, format="markdown"))
    assert len(formulas) > 20
    for formula in set(formulas):
        parse(f"${formula}$")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_latex_compiles(tmp_path):
    body = explain(Expression("sum(tanh(W @ x + b)**2) / 2"), np.eye(2), np.ones(2), 0.5, format="latex")
    page = f"\\documentclass{{article}}\\usepackage{{amsmath}}\\begin{{document}}{body}\\end{{document}}"
    (tmp_path / "a.tex").write_text(page)
    subprocess.run(["pdflatex", "-halt-on-error", "a.tex"], cwd=tmp_path, check=True, capture_output=True)
