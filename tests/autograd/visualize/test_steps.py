"""The forward table and the backward steps: formulas, numbers, adjoints, and what is found again of a graph."""

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd.sampling import Sampler
from autograd.visualize import steps
from autograd.visualize.recording import UNKNOWN


def neuron(w, x, b):
    u = w * x
    v = u + b
    a = autograd.relu(v)
    return a  # noqa: RET504 (the name is what is tested)


def passes(s):
    return [c for k in s.backward for c in s.cells[k].contributions]


def cell(s, symbol):
    return next(c for c in s.cells if c.symbol == symbol)


def test_the_neuron_reads_as_on_the_slides():
    s = steps(neuron, 2.0, 3.0, 1.0)
    assert [s.cells[k].text for k in s.forward] == [
        "u = w · x = 2 · 3 = 6",
        "v = u + b = 6 + 1 = 7",
        "a = relu(v) = relu(7) = 7",
    ]
    assert [c.local_text for c in passes(s)][:4] == ["∂a/∂v = 1 for v > 0", "∂v/∂u = 1", "∂v/∂b = 1", "∂u/∂w = x = 3"]
    assert cell(s, "w").chain_rule == "∂a/∂w = ∂u/∂w · ∂v/∂u · ∂a/∂v"
    assert cell(s, "w").chain == "∂a/∂w = 3·1·1 = 3"
    assert cell(s, "b").chain == "∂a/∂b = 1·1 = 1"
    assert passes(s)[3].text == "∂a/∂w = g · x = 1 · 3 = 3"
    assert s.scalar
    assert s.title == "neuron"


def test_a_tensor_is_shown_with_the_callers_names_before_and_after_backward():
    w = autograd.tensor(2.0, requires_grad=True)
    b = autograd.tensor(1.0, requires_grad=True)
    x = autograd.tensor(3.0)
    L = autograd.relu(w * x + b)
    before = steps(L)
    L.backward()
    after = steps(L)
    for s in (before, after):
        assert s.notes == []
        assert [c.text for c in passes(s)][-1] == "∂L/∂w = g · x = 1 · 3 = 3"
        assert {c.symbol for c in s.cells} == {"w", "x", "b", "v₁", "v₂", "L"}
    assert w.grad.item() == 3.0


def test_several_paths_add_up_to_the_running_gradient():
    s = steps(lambda x: x * x + 2 * x, 3.0)
    arriving = [c for c in passes(s) if c.to == 0]
    assert [(c.nth, c.of) for c in arriving] == [(1, 3), (2, 3), (3, 3)]
    assert [float(c.value) for c in arriving] == [2.0, 3.0, 3.0]
    assert [float(c.total) for c in arriving] == [2.0, 5.0, 8.0]
    assert s.cells[0].chain_rule == "∂L/∂x = ∂v₂/∂x · ∂L/∂v₂ + ∂v₁/∂x · ∂L/∂v₁ + ∂v₁/∂x · ∂L/∂v₁"
    assert s.cells[0].chain == "∂L/∂x = 2·1 + 3·1 + 3·1 = 8"


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda x: x**3, "∂L/∂x = g · (3 · (x ^ 2)) = 1 · (3 · (2 ^ 2)) = 12"),
        (lambda x: x / 4, "∂L/∂x = g / 4 = 1 / 4 = 0.25"),
        (lambda x: -x, "∂L/∂x = -g = -1"),
        (lambda x: 1 - x, "∂L/∂x = -g = -1"),
        (lambda x: x * -3.0, "∂L/∂x = g · (-3) = 1 · (-3) = -3"),
        (autograd.exp, "∂L/∂x = g · L = 1 · 7.389 = 7.389"),
        (autograd.sin, "∂L/∂x = g · cos(x) = 1 · cos(2) = -0.4161"),
    ],
)
def test_rules_with_numbers_put_in(function, text):
    s = steps(lambda x: function(x), 2.0)
    assert passes(s)[0].text == text


def model_and_loss():
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3)
    ).double()
    x = np.random.default_rng(0).normal(size=(6, 1, 8, 8))
    y = np.array([0, 1, 2, 0, 1, 2])
    return model, lambda: nn.functional.cross_entropy(model(x), y)


def test_gradients_are_those_of_backward_and_nothing_is_disturbed():
    model, loss = model_and_loss()
    model.eval()
    recorded = steps(loss)
    L = loss()
    found = steps(L)
    assert all(p.grad is None for p in model.parameters())
    L.backward()
    for s in (recorded, found):
        assert s.notes == []
        for p in model.parameters():
            mine = next(c for c in s.cells if c.value is p.data)
            np.testing.assert_allclose(mine.adjoint, p.grad.data, rtol=1e-12, atol=1e-15)


def test_module_paths_and_lines_are_known_of_a_function_that_was_run():
    _, loss = model_and_loss()
    s = steps(loss)
    assert {c.scopes for c in s.cells if c.primitive is not None and c.primitive.name == "convolution"} == {
        ("Sequential", "0")
    }
    assert all("test_steps.py:" in s.cells[k].source for k in s.forward)
    weights = [c.scopes for c in s.cells if c.symbol == "weight"]
    assert weights == [("Sequential", "0"), ("Sequential", "1"), ("Sequential", "5")]


def test_what_a_released_graph_has_lost_is_said_and_not_invented():
    _, loss = model_and_loss()
    L = loss()
    L.backward()
    s = steps(L)
    assert "backward() has released the graph" in s.notes[0]
    assert "explore(function, *args)" in s.notes[0]
    assert any(c.value is UNKNOWN for c in s.cells)
    assert s.cells[s.output].value == L.item()


def test_values_that_were_overwritten_since_are_not_shown_as_if_they_had_been_there():
    w = autograd.tensor([1.0, 2.0], requires_grad=True)
    L = (w * w).sum()
    L.backward()
    optim.SGD([w], lr=1.0).step()
    s = steps(L)
    assert cell(s, "w").value is UNKNOWN
    L = (w * w).sum()
    with autograd.no_grad():
        w.zero_()
    with pytest.raises(RuntimeError, match="overwritten"):
        steps(L)


def test_a_training_step_shows_the_parameters_before_the_update():
    w = autograd.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=1.0)

    def step():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        optimizer.step()
        return loss

    s = steps(step)
    assert cell(s, "w").value.tolist() == [1.0, 2.0]
    assert cell(s, "w").adjoint.tolist() == [2.0, 4.0]
    assert s.cells[s.output].symbol == "loss"


def test_values_are_computed_again_where_the_graph_kept_nothing():
    x = autograd.tensor([1.0, 2.0], requires_grad=True)
    L = ((x + x) + x).sum()
    assert [np.asarray(c.value).tolist() for c in steps(L).cells] == [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], 9.0]


def test_broadcasting_undone_is_written_as_a_sum():
    s = steps(lambda x, b: (x + b).sum(), np.ones((3, 2)), np.zeros(2))
    assert "∂L/∂b = Σ g = [3, 3]" in [c.text for c in passes(s)]


def test_several_results_of_one_call():
    def parts(x):
        a, b = autograd.split(x, 2)
        return (a * b).sum()

    x = autograd.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    s = steps(parts, x)
    assert cell(s, "x").adjoint.tolist() == [3.0, 4.0, 1.0, 2.0]
    only = steps(lambda: autograd.split(x, 2)[1].sum())
    assert only.cells[0].adjoint.tolist() == [0.0, 0.0, 1.0, 1.0]


def test_a_checkpointed_function_is_one_step():
    x = autograd.tensor([0.5, 1.0], requires_grad=True)
    L = autograd.checkpoint(lambda x: (x * x).tanh())(x).sum()
    (g,) = autograd.gradients(L, x, retain_graph=True)
    np.testing.assert_allclose(cell(steps(L), "x").adjoint, g.data)


def test_an_output_that_is_no_number_starts_from_ones_and_says_so():
    s = steps(lambda x: x * 2, np.ones(3))
    assert s.cells[0].adjoint.tolist() == [2.0, 2.0, 2.0]
    assert "sum of its elements" in s.notes[0]


def test_hooks_are_not_run():
    x = autograd.tensor(3.0, requires_grad=True)
    x.register_hook(lambda g: pytest.fail("the hook was run"))
    assert "not run" in steps(x * 2).notes[0]


def test_refusals():
    with pytest.raises(ValueError, match="was not recorded"):
        steps(autograd.tensor(1.0))
    with pytest.raises(ValueError, match=r"2\.0 instead of 2"):
        steps(lambda x: x * 2, 2)
    with pytest.raises(TypeError, match="Tensor or a function, got int"):
        steps(3)
    with pytest.raises(TypeError, match="arguments belong to a function"):
        steps(autograd.tensor(1.0, requires_grad=True) * 2, 3.0)


def test_long_chains_need_no_recursion():
    x = autograd.tensor(0.5, requires_grad=True)
    y = x
    for _ in range(5000):
        y = y * 1.0001
    assert len(steps(y).forward) == 5000


def test_complex_adjoints_are_explained():
    z = autograd.tensor(1 + 2j, requires_grad=True)
    L = (z * z).real
    s = steps(L)
    L.backward()
    assert cell(s, "z").adjoint == np.conj(z.grad.item())
    assert "conjugate" in s.notes[0]


def test_products_of_matrices_show_their_shapes():
    s = steps(lambda x, w: (x @ w).sum(), np.ones((5, 4)), np.ones((4, 3)))
    assert "∂L/∂w = xᵀ @ g = [5×4]ᵀ @ [5×3] = float64 4×3" in [c.text for c in passes(s)]


autograd.ops.load_all()
DIFFERENTIABLE = sorted(name for name, p in autograd.registry.items() if p.samples is not None and p.differentiable)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_every_primitive_shows_the_gradients_that_the_engine_computes(name):
    p = autograd.registry[name]
    args, params = p.samples(Sampler(np.random.default_rng(1)))
    given = [a if not isinstance(a, np.ndarray) or a.dtype.kind not in "fc" else autograd.tensor(a) for a in args]
    leaves = [a.requires_grad_() for a in given if isinstance(a, autograd.Tensor)]
    result = p.fn(*given, **params)
    parts = (
        [(r * np.cos(np.arange(r.size)).reshape(r.shape)).sum() for r in result if r.requires_grad]
        if (isinstance(result, tuple))
        else [(result * np.cos(np.arange(result.size)).reshape(result.shape)).sum()]
    )
    total = sum(parts)
    if not parts or not total.requires_grad:
        pytest.skip("this sample has no gradient")
    total = total.real if np.iscomplexobj(total.data) else total
    s = steps(total)
    for leaf, g in zip(leaves, autograd.gradients(total, leaves, allow_unused=True), strict=True):
        if g is not None:
            mine = next(c for c in s.cells if c.value is leaf.data)
            np.testing.assert_allclose(np.conj(mine.adjoint), g.data, rtol=1e-10, atol=1e-12)
    lost = [c for c in s.cells if "not kept" in c.text]
    assert not lost or name in ("copysign", "fmod", "remainder")  # whose second operand no rule needs
