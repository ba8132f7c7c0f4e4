"""Rules of single neurons on the gates they can and cannot learn (decks A3 to A5), penalties (C10)."""

import numpy as np
import pytest

import autograd
import optim
from optim.neuron_rules import adaline, hebb, perceptron
from optim.regularization import elastic_net, l1, l2

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, OR, XOR = (np.array(y, float) for y in ([-1, -1, -1, 1], [-1, 1, 1, 1], [-1, 1, 1, -1]))


@pytest.mark.parametrize("y", [AND, OR])
@pytest.mark.parametrize("lr", [0.1, 1.0])
def test_the_perceptron_learns_what_a_line_separates(y, lr):
    found = perceptron(X, y, lr=lr)
    assert found.converged
    assert found.predict(X).tolist() == y.tolist()
    assert found.errors[-1] == 0
    zero_one = perceptron(X, (y + 1) / 2, lr=lr)
    np.testing.assert_array_equal(zero_one.w, found.w)
    assert zero_one.predict(X, low=0.0).tolist() == ((y + 1) / 2).tolist()


def test_the_perceptron_never_learns_xor_and_says_so():
    with pytest.warns(UserWarning, match="never converges: use a network with a hidden layer"):
        found = perceptron(X, XOR, max_epochs=200)
    assert not found.converged
    assert len(found.errors) == 200
    assert min(found.errors) > 0


def test_adaline_finds_the_least_squares_line():
    found = adaline(X, AND, lr=0.01, max_epochs=20_000, tolerance=1e-14)
    A = np.column_stack([X, np.ones(4)])
    want = np.linalg.lstsq(A, AND, rcond=None)[0]
    assert found.converged
    np.testing.assert_allclose([*found.w, found.b], want, atol=0.02)
    assert found.predict(X).tolist() == AND.tolist()
    with pytest.raises(FloatingPointError, match="take a smaller one"):
        adaline(X * 100, AND, lr=1.0, max_epochs=200)


def test_hebbian_weights_grow_with_coincident_activity():
    bipolar = 2 * X - 1
    found = hebb(bipolar, AND)
    assert found.w.tolist() == [2.0, 2.0]
    assert found.predict(bipolar).tolist() == AND.tolist()
    alone = hebb([[1.0, 1.0], [1.0, 0.0]], lr=0.1, epochs=5, w=[0.1, 0.1])
    assert np.all(np.diff(alone.errors) > 0)
    assert alone.w[0] > alone.w[1]


@pytest.mark.parametrize("rule", [perceptron, adaline, hebb])
def test_shapes_are_checked(rule):
    with pytest.raises(ValueError, match=rf"{rule.__name__}: wants X \(examples, features\)"):
        rule(X, AND[:3])
    with pytest.raises(ValueError, match=r"\(3,\) weights for 2 features"):
        rule(X, AND, w=[1.0, 2.0, 3.0])


def test_other_targets_are_refused():
    with pytest.raises(ValueError, match="targets must be"):
        perceptron(X, [0, 1, 2, 3])


def test_penalties_and_their_gradients():
    w = autograd.tensor(np.array([1.0, -2.0, 0.0]), requires_grad=True)
    v = autograd.tensor(np.array(3.0), requires_grad=True)
    assert l1([w, v], 0.5).item() == 3.0
    assert l2([w, v], 0.5).item() == 3.5
    assert elastic_net([w, v], 0.25, 2.0).item() == 2 * (0.25 * 6 + 0.75 * 7)
    l1([w, v], 0.5).backward()
    assert w.grad.tolist() == [0.5, -0.5, 0.0]
    w.grad = None
    l2([w], 0.5).backward()
    np.testing.assert_allclose(w.grad.data, 0.5 * w.data)
    for wrong in (lambda: l1([]), lambda: l1([w], -1.0), lambda: elastic_net([w], 2.0)):
        with pytest.raises(ValueError, match=r"no parameters|at least 0|in \[0, 1\]"):
            wrong()


def test_l2_is_weight_decay():
    one, two = (autograd.tensor(np.array([1.0, -2.0]), requires_grad=True) for _ in range(2))
    decayed, penalised = optim.SGD([one], lr=0.1, weight_decay=0.5), optim.SGD([two], lr=0.1)
    for _ in range(5):
        for p, optimizer, penalty in ((one, decayed, 0.0), (two, penalised, 0.5)):
            optimizer.zero_grad()
            ((p - 1.0).square().sum() + l2([p], penalty)).backward()
            optimizer.step()
    np.testing.assert_allclose(one.data, two.data)
