"""`vmap`: its axes, containers, nesting, randomness and errors."""

from collections import namedtuple

import numpy as np
import pytest

import autograd
import nn
from autograd import grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, tensor, vjp, vmap
from autograd.batching.values import ValuesAskedError

RNG = np.random.default_rng(0)
X, W = RNG.standard_normal((4, 3)), RNG.standard_normal((2, 3))


def energy(w, x):
    return (np.tanh(w @ x) ** 2).sum()


def stacked(fun, *rows):
    return np.stack([fun(*row) for row in zip(*rows, strict=True)])


# --- axes and containers ---------------------------------------------------------------------------------------------


def test_an_example_has_the_shape_of_one():
    seen = []

    def note(x):
        seen.append((x.shape, x.ndim, x.size, len(x), x.dtype))
        return x.sum()

    assert vmap(note)(X).shape == (4,)
    assert seen == [((3,), 1, 3, 3, np.dtype(np.float64))]


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_any_axis_in_and_out(axis):
    x = RNG.standard_normal((2, 3, 4))
    np.testing.assert_array_equal(vmap(lambda a: 2 * a, axis, axis)(x), 2 * x)
    np.testing.assert_array_equal(vmap(lambda a: 2 * a, axis)(x), np.moveaxis(2 * x, axis, 0))


def test_torch_spells_it_in_dims_and_out_dims():
    f = lambda a, b: a @ b
    got = vmap(f, in_dims=(0, None), out_dims=1)(X, W.T)
    np.testing.assert_allclose(got, (X @ W.T).T)
    with pytest.raises(TypeError, match="both in_axes and in_dims"):
        vmap(f, in_axes=1, in_dims=(0, None))


def test_containers_in_and_out():
    Pair = namedtuple("Pair", "a b")

    def fun(p, c):
        return {"sum": p["w"][0] + p["w"][1] * c.b, "twice": Pair(c.a * 2, [p["k"]])}

    p, c = {"w": [X, X.T], "k": np.arange(3.0)}, Pair(X, np.arange(4.0))
    got = vmap(fun, in_axes=({"w": [0, 1], "k": None}, 0), out_axes={"sum": 1, "twice": (0, None)})(p, c)
    np.testing.assert_allclose(got["sum"], (X + X * np.arange(4.0)[:, None]).T)
    np.testing.assert_allclose(got["twice"].a, 2 * X)
    np.testing.assert_array_equal(got["twice"].b[0], np.arange(3.0))


def test_arrays_give_arrays_and_tensors_tensors():
    assert type(vmap(np.sin)(X)) is np.ndarray
    assert isinstance(vmap(np.sin)(tensor(X)), autograd.Tensor)
    assert not vmap(np.sin)(tensor(X)).requires_grad
    assert vmap(np.sin)(tensor(X, requires_grad=True)).requires_grad
    assert vmap(lambda x: x, out_axes=0)(np.float32(X)).dtype == np.float32


def test_results_share_no_memory_with_arguments():
    y = vmap(lambda x: x)(X)
    assert not np.shares_memory(X, y)
    assert vmap(lambda x: np.ones(2))(X).flags.writeable


def test_results_that_are_the_same_for_all_are_repeated_or_given_once():
    assert vmap(lambda x: 3.0)(X).tolist() == [3.0] * 4
    assert vmap(lambda x: (x[0], np.arange(2)), out_axes=(0, None))(X)[1].tolist() == [0, 1]
    with pytest.raises(ValueError, match="out_axes is None"):
        vmap(lambda x: x, out_axes=None)(X)


def test_keyword_arguments_are_not_mapped():
    np.testing.assert_allclose(vmap(lambda x, *, scale: x * scale)(X, scale=np.arange(3.0)), X * np.arange(3.0))


def test_chunks_give_the_same():
    for size in (1, 3, 4, 9):
        np.testing.assert_array_equal(vmap(np.sin, chunk_size=size)(X), np.sin(X))
        np.testing.assert_array_equal(vmap(np.sin, 1, 1, chunk_size=size)(X), np.sin(X))


def test_no_examples():
    assert vmap(lambda x: np.tanh(x) @ W.T)(np.zeros((0, 3))).shape == (0, 2)
    assert vmap(np.unique)(np.zeros((0, 3))).shape == (0, 1)
    assert vmap(grad(lambda x: (x**2).sum()))(np.zeros((0, 3))).shape == (0, 3)


# --- nesting ---------------------------------------------------------------------------------------------------------


def test_nested():
    outer = vmap(vmap(lambda a, b: a @ b, in_axes=(None, 0)), in_axes=(0, None))(X, W)
    np.testing.assert_allclose(outer, X @ W.T)
    crossed = vmap(lambda a: vmap(lambda b: a * b.sum())(W))(X)
    np.testing.assert_allclose(crossed, X[:, None] * W.sum(1)[:, None])
    thrice = vmap(vmap(vmap(lambda a, b, c: a * b + c, (0, None, None)), (None, 0, None)), (None, None, 0))
    a, b, c = np.arange(2.0), np.arange(3.0), np.arange(4.0)
    np.testing.assert_allclose(thrice(a, b, c), a * b[:, None] + c[:, None, None])


@pytest.mark.parametrize(
    "derivative",
    [
        grad(energy),
        grad(energy, 1),
        jacrev(lambda w, x: np.tanh(w @ x)),
        jacfwd(lambda w, x: np.tanh(w @ x), 1),
        hessian(energy, 1),
        grad(grad(lambda w, x: (w @ x).sum() ** 3 + np.sin(x).sum(), 1).__wrapped__),
        lambda w, x: jvp(lambda v: np.tanh(w @ v), (x,), (np.ones(3),))[1],
        lambda w, x: vjp(lambda v: np.tanh(w @ v), x)[1](np.ones(2))[0],
        lambda w, x: hvp(lambda v: energy(w, v), (x,), (x * 2,))[1][0],
        lambda w, x: autograd.vhp(lambda v: energy(w, v), (x,), (x * 2,))[1][0],
        lambda w, x: autograd.ggnvp(lambda v: np.tanh(w @ v), (x,), (x * 2,))[1][0],
    ],
)
@pytest.mark.parametrize("axes", [(None, 0), (0, None), (0, 0)])
def test_derivative_of_each_example(derivative, axes):
    ws, xs = np.stack([W, 2 * W, -W, W + 1]), X
    w, x = (ws if axes[0] == 0 else W), (xs if axes[1] == 0 else X[0])
    got = vmap(derivative, axes)(w, x)
    want = [derivative(ws[k] if axes[0] == 0 else W, xs[k] if axes[1] == 0 else X[0]) for k in range(4)]
    np.testing.assert_allclose(got, np.stack(want), 1e-12, 1e-12)


def test_derivative_of_a_map():
    per_example = grad(lambda w: vmap(energy, (None, 0))(w, X).sum())(W)
    np.testing.assert_allclose(per_example, sum(grad(energy)(W, x) for x in X))
    twice = grad(lambda w: (vmap(grad(energy), (None, 0))(w, X) ** 2).sum())(W)
    np.testing.assert_allclose(twice, grad(lambda w: sum((grad(energy)(w, x) ** 2).sum() for x in X))(W))
    pushed = jvp(lambda w: vmap(grad(energy), (None, 0))(w, X), (W,), (2 * W,))[1]
    np.testing.assert_allclose(pushed, stacked(lambda x: jvp(lambda w: grad(energy)(w, x), (W,), (2 * W,))[1], X))
    second = hessian(lambda x: vmap(lambda w: energy(w[None], x))(W).sum())(X[0])
    np.testing.assert_allclose(second, hessian(lambda x: energy(W, x))(X[0]))


def test_map_of_a_derivative_inside_a_map_of_a_derivative():
    f = lambda a, b: np.sin(a * b) + a**2 * b
    mixed = vmap(grad(lambda a: vmap(grad(f, 1), (None, 0))(a, W[0]).sum()))(X[0])
    want = [sum(grad(grad(f, 1))(a, b) for b in W[0]) for a in X[0]]
    np.testing.assert_allclose(mixed, want)


def test_pullback_and_pushforward_are_mapped():
    _, pull = vjp(lambda x: np.tanh(W @ x), X[0])
    np.testing.assert_allclose(vmap(lambda g: pull(g)[0])(np.eye(2)), jacobian(lambda x: np.tanh(W @ x))(X[0]))
    push = lambda v: jvp(lambda x: np.tanh(W @ x), (X[0],), (v,))[1]
    np.testing.assert_allclose(vmap(push, out_axes=1)(np.eye(3)), jacobian(lambda x: np.tanh(W @ x))(X[0]))


def test_closures_over_tracked_tensors_and_backward():
    w, x = tensor(W, requires_grad=True), tensor(X, requires_grad=True)
    vmap(lambda a: np.tanh(w @ a).sum())(x).sum().backward()
    want_w, want_x = grad(lambda w, x: np.tanh(x @ w.T).sum(), (0, 1))(W, X)
    np.testing.assert_allclose(w.grad.data, want_w)
    np.testing.assert_allclose(x.grad.data, want_x)


def test_traced():
    program = autograd.trace(vmap(grad(energy), (None, 0)), W, X)
    again = program(2 * W, X + 1)
    np.testing.assert_allclose(again, vmap(grad(energy), (None, 0))(2 * W, X + 1))


def test_inside_no_grad_and_checkpoint():
    with autograd.no_grad():
        np.testing.assert_allclose(vmap(grad(energy), (None, 0))(W, X), stacked(lambda x: grad(energy)(W, x), X))
    saved = autograd.checkpoint(lambda x: np.tanh(W @ x).sum())
    np.testing.assert_allclose(vmap(grad(saved))(X), stacked(grad(saved), X))
    np.testing.assert_allclose(grad(lambda x: vmap(saved)(x).sum())(X), stacked(grad(saved), X))


# --- what happens inside ---------------------------------------------------------------------------------------------


def test_updates_in_place():
    def fun(x, w):
        out = autograd.zeros(4, dtype="float64")
        out[0] = x[1]
        out[1:3] += x[:2]
        x *= 2
        x[x < 0] = 0.0
        w[0] = x
        return out, x, w

    out, x, w = vmap(fun, (0, None))(X, W)
    positive = np.where(X < 0, 0, 2 * X)
    np.testing.assert_allclose(out, np.stack([X[:, 1], X[:, 0], X[:, 1], np.zeros(4)], 1))
    np.testing.assert_allclose(x, positive)
    np.testing.assert_allclose(w, np.stack([positive, np.broadcast_to(W[1], (4, 3))], 1))
    slope = vmap(grad(lambda x: fun(x, tensor(np.ones((2, 3))))[2].sum()))(X)
    np.testing.assert_allclose(slope, np.where(X < 0, 0, 2))


def test_indexing_by_what_is_mapped():
    table, i = RNG.standard_normal((5, 4, 3)), np.array([[0, 4], [2, 2], [1, 3]])
    t = tensor(table)
    np.testing.assert_array_equal(vmap(lambda k: t[k])(i).data, table[i])
    np.testing.assert_array_equal(vmap(lambda k: t[:, k % 4])(i).data, np.moveaxis(table[:, i % 4], 1, 0))
    np.testing.assert_array_equal(vmap(lambda k: t[k[0], :, k[1] % 3])(i).data, table[i[:, 0], :, i[:, 1] % 3])
    got = vmap(lambda k, x: x[k, 1:])(i % 4, table[:3])
    np.testing.assert_array_equal(got, table[np.arange(3)[:, None], i % 4, 1:])


def test_shapes_made_of_shapes():
    np.testing.assert_array_equal(vmap(lambda x: np.zeros_like(x) + autograd.ones_like(x))(X), np.ones_like(X))
    np.testing.assert_array_equal(vmap(lambda x: x.reshape(-1, 1).T.ravel())(X), X)
    assert vmap(lambda x: x.astype(int))(X).dtype == np.int64


def test_printing():
    seen = []
    vmap(lambda x: seen.append(f"{x}") or x)(X)
    assert seen == ["tensor(one of 4 examples of shape (3,), dtype=float64)"]


def test_random_draws():
    draw = lambda x: x[0] * 0 + autograd.rand(2, dtype="float64")
    with pytest.raises(RuntimeError, match="randomness='different'"):
        vmap(draw)(X)
    autograd.manual_seed(0)
    different = vmap(draw, randomness="different")(X)
    assert len({tuple(row) for row in different}) == 4
    same = vmap(draw, randomness="same")(X)
    assert len({tuple(row) for row in same}) == 1
    orders = vmap(lambda x: autograd.randperm(20) + 0 * x[0], randomness="different")(X)
    assert len({tuple(row) for row in orders}) == 4
    kept = vmap(lambda x: autograd.dropout(autograd.ones(50), 0.5), randomness="different")(X)
    assert len({tuple(row) for row in kept}) == 4
    nested = vmap(vmap(draw, randomness="different"), randomness="same")(np.stack([X, X]))
    assert np.array_equal(nested[0], nested[1])
    assert len({tuple(row) for row in nested[0]}) == 4
    with pytest.raises(ValueError, match="randomness must be one of"):
        vmap(draw, randomness="none")


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fun",
    [
        lambda x: x if x[0] > 0 else -x,
        lambda x: x * x[0].item(),
        lambda x: x * float(x[0]),
        lambda x: np.asarray(x),
        lambda x: np.arange(3.0)[x.astype(int)],
        lambda x: x.tolist(),
        lambda x: x.numpy(),
        lambda x: x.requires_grad_(),
    ],
)
def test_values_cannot_be_asked_for(fun):
    with pytest.raises(ValuesAskedError, match=r"inside vmap(.|\n)*autograd.where"):
        vmap(fun)(X)


def test_masks_that_select_a_varying_number_of_elements():
    with pytest.raises(ValuesAskedError, match=r"autograd\.where"):
        vmap(lambda x: x[x > 0])(X)
    with pytest.raises(ValueError, match="vmap: argwhere gives results of different shapes"):
        vmap(np.argwhere)(np.array([[0, 1], [1, 1]]))


def test_arguments_that_do_not_fit():
    add = lambda a, b: a + b
    with pytest.raises(ValueError, match=r"one length, got 4 \(axis 0 of leaf 0 of shape \(4, 3\)\), 2"):
        vmap(add)(X, W)
    with pytest.raises(ValueError, match="has no axis 0 to map over"):
        vmap(add)(X, 1.0)
    with pytest.raises(ValueError, match="nothing is mapped"):
        vmap(add, None)(X, X)
    with pytest.raises(ValueError, match="3 entries for 2 positional"):
        vmap(add, (0, 0, 0))(X, X)
    with pytest.raises(ValueError, match="does not fit"):
        vmap(add, ([0], 0))(X, X)
    with pytest.raises(ValueError, match="out_axes=3"):
        vmap(add, out_axes=3)(X, X)
    with pytest.raises(ValueError, match="out_axes"):
        vmap(add, out_axes=(0, 0))(X, X)
    with pytest.raises(TypeError, match="returns Tensors"):
        vmap(lambda x: "text")(X)
    with pytest.raises(ValueError, match="chunk_size"):
        vmap(add, chunk_size=0)


def test_what_leaks_out_is_refused():
    kept = []
    vmap(lambda x: kept.append(x) or x)(X)
    for use in (
        lambda: kept[0] + 1,
        lambda: np.sin(kept[0]),
        lambda: vmap(lambda y: y + kept[0])(X),
        lambda: kept[0].data,
    ):
        with pytest.raises(ValuesAskedError, match="after vmap has returned"):
            use()


def test_backward_is_refused_inside():
    def fun(x):
        y = (w * x).sum()
        y.backward()
        return y

    w = tensor(np.ones(3), requires_grad=True)
    with pytest.raises(RuntimeError, match=r"autograd\.grad"):
        vmap(fun)(X)
    with pytest.raises(RuntimeError, match=r"autograd\.grad"):
        vmap(lambda x: autograd.gradients((w * x).sum(), w)[0])(X)
    with pytest.raises(RuntimeError, match="inside vmap"):
        vmap(lambda x: (w * x).register_hook(print))(X)


# --- gradients of each example of networks ---------------------------------------------------------------------------


def test_gradient_of_each_example_of_a_perceptron():
    sizes = [(5, 3), (5,), (2, 5), (2,)]
    params = [RNG.standard_normal(s) for s in sizes]
    labels = np.array([0, 1, 1, 0])

    def loss(p, x, y):
        h = autograd.linear(x, p[0], p[1]).tanh()
        return nn.functional.cross_entropy(autograd.linear(h, p[2], p[3])[None], y[None])

    got = vmap(grad(loss), (None, 0, 0))([tensor(p) for p in params], tensor(X), tensor(labels))
    for k in range(4):
        each = grad(loss)([tensor(p) for p in params], tensor(X[k]), tensor(labels[k]))
        for g, e in zip(got, each, strict=True):
            np.testing.assert_allclose(g.data[k], e.data, 1e-12, 1e-12)


def test_gradient_of_each_example_of_a_convolutional_network():
    params = {
        "w": RNG.standard_normal((4, 1, 3, 3)),
        "b": RNG.standard_normal(4),
        "scale": RNG.standard_normal(4),
        "out": RNG.standard_normal((3, 4)),
    }
    images, labels = RNG.standard_normal((5, 1, 8, 8)), np.array([0, 2, 1, 1, 0])

    def loss(p, x, y):
        h = autograd.conv2d(x[None], p["w"], p["b"], padding=1)
        h = autograd.layer_norm(h, (8, 8)) * p["scale"][:, None, None]
        h = autograd.max_pool2d(h.relu(), 2)
        h = autograd.avg_pool2d(h, 2).mean((2, 3))
        return nn.functional.cross_entropy(h @ p["out"].T, y[None])

    tensors = {k: tensor(v) for k, v in params.items()}
    got = vmap(grad(loss), (None, 0, 0))(tensors, tensor(images), tensor(labels))
    for k in range(5):
        each = grad(loss)(tensors, tensor(images[k]), tensor(labels[k]))
        for name in params:
            np.testing.assert_allclose(got[name].data[k], each[name].data, 1e-11, 1e-11)


def test_methods_of_examples_of_arrays_are_those_of_arrays():
    xs = np.random.default_rng(0).standard_normal((4, 3))
    for f in (
        lambda x: x.std(),
        lambda x: x.max(axis=0, keepdims=True),
        lambda x: x.repeat(2),
        lambda x: x.var(ddof=1),
    ):
        np.testing.assert_allclose(vmap(f)(xs), np.stack([f(x) for x in xs]))
    spread = autograd.grad(lambda x: x.std())
    np.testing.assert_allclose(vmap(spread)(xs), np.stack([spread(x) for x in xs]))
    np.testing.assert_allclose(vmap(lambda x: x.std())(autograd.tensor(xs)).data, xs.std(axis=1, ddof=1))


def test_sort_of_an_array_is_in_place():
    def smallest(x):
        y = x * 1.0
        assert y.sort(kind="stable") is None
        return y[0] + 10 * y[1]

    x = np.array([3.0, 1.0, 2.0])
    np.testing.assert_allclose(autograd.grad(smallest)(x), [0, 1, 10])
    np.testing.assert_allclose(vmap(smallest)(np.stack([x, -x])), [21, -23])


def test_interpolation_between_given_points():
    xs, xp, fp = np.random.default_rng(0).uniform(-1, 1, (3, 4)), np.array([-1.0, 0.0, 0.5]), np.array([1.0, 0.0, 2.0])
    np.testing.assert_allclose(vmap(lambda x: np.interp(x, xp, fp))(xs), np.interp(xs, xp, fp))
    slope = autograd.grad(lambda x: np.sum(np.interp(x, xp, fp) ** 2))
    np.testing.assert_allclose(vmap(slope)(xs), np.stack([slope(x) for x in xs]))
