"""Reading and writing many positions along an axis; sorting and searching."""

import numpy as np
import pytest

import autograd
from autograd import gradients, tensor

rng = np.random.default_rng(0)
X = rng.standard_normal((3, 4))
T = tensor(X, requires_grad=True)


def assert_same(found, expected):
    np.testing.assert_array_equal(found.detach().numpy(), expected)


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("indices", [1, [0, 2, -1], [[2, 2], [0, 1]], []], ids=str)
def test_take_is_numpys(indices, axis):
    assert_same(autograd.take(T, indices, axis), np.take(X, np.asarray(indices, int), axis))
    assert_same(np.take(T, indices, axis), np.take(X, np.asarray(indices, int), axis))
    autograd.gradcheck(lambda x: autograd.take(x, indices, axis), X, order=2) if indices != [] else None


def test_take_out_of_range():
    assert_same(np.take(T, [5, -7], 1, mode="wrap"), np.take(X, [5, -7], 1, mode="wrap"))
    assert_same(np.take(T, tensor([5, -7]), 1, mode="clip"), np.take(X, [5, -7], 1, mode="clip"))
    with pytest.raises(IndexError, match="out of bounds"):
        autograd.take(T, [5], 1)
    with pytest.raises(ValueError, match="'raise', 'wrap' or 'clip', got 'bounce'"):
        autograd.take(T, [5], 1, mode="bounce")
    with pytest.raises(TypeError, match="integer indices, got dtype float64; for a mask use"):
        autograd.take(T, [0.5])


def test_take_along_axis_broadcasts():
    indices = rng.integers(-4, 4, (3, 6))
    assert_same(np.take_along_axis(T, indices, 1), np.take_along_axis(X, indices, 1))
    assert_same(autograd.take_along_axis(T, indices[:1], 1), np.take_along_axis(X, indices[:1], 1))
    row = tensor(X[:1], requires_grad=True)
    y = autograd.take_along_axis(row, indices, 1)
    assert_same(y, np.take_along_axis(X[:1], indices, 1))
    (g,) = gradients(y, row, np.ones(y.shape))
    np.testing.assert_array_equal(g.numpy()[0], np.bincount(indices.ravel() % 4, minlength=4))


def test_gather_and_scatter():
    index = np.array([[0, 2, 1], [1, 1, 0]])
    assert_same(T.gather(0, tensor(index)), [[X[index[i, j], j] for j in range(3)] for i in range(2)])
    autograd.gradcheck(lambda x: autograd.gather(x, 0, index), X, order=2)
    src = rng.standard_normal((2, 4))
    expected, written = X.copy(), X.copy()
    for i in range(2):
        for j in range(3):
            expected[index[i, j], j] += src[i, j]
            written[index[i, j], j] = src[i, j]
    assert_same(T.scatter_add(0, index, src), expected)
    assert_same(T.scatter(0, index, src), written)
    assert autograd.scatter(X, 1, np.array([[0], [1], [2]]), 9.0)[2, 2] == 9.0
    autograd.gradcheck(lambda x, s: autograd.scatter_add(x, 0, index, s), X, src, order=2)
    autograd.gradcheck(lambda x, s: autograd.scatter(x, 0, index, s), X, src, order=2)


def test_put_along_axis_is_the_functional_form():
    indices, values = np.array([[1], [0], [3]]), np.array([[10.0], [20.0], [30.0]])
    expected = X.copy()
    np.put_along_axis(expected, indices, values, 1)
    assert_same(autograd.put_along_axis(T, indices, values, 1), expected)
    np.put_along_axis(expected, np.array([2]), -1.0, None)
    assert_same(autograd.put_along_axis(tensor(expected), np.array([2]), -1.0, None), expected)


def test_index_select_and_index_add():
    assert_same(T.index_select(1, tensor([3, 3, 0])), X[:, [3, 3, 0]])
    source = rng.standard_normal((2, 4))
    expected = X.copy()
    np.add.at(expected, [1, 1], 2 * source)
    np.testing.assert_allclose(T.index_add(0, [1, 1], source, alpha=2).detach().numpy(), expected)
    autograd.gradcheck(lambda x, s: autograd.index_add(x, 0, [1, 1], s), X, source, order=2)
    with pytest.raises(ValueError, match=r"source of shape \(2, 4\).*wanted a source of shape \(3, 2\)"):
        T.index_add(1, [0, 1], source)


def test_take_does_not_write():
    with pytest.raises(TypeError, match=r"take\(..., out=...\) is not possible"):
        autograd.take(X, [0], out=np.zeros(1))


def test_masks():
    mask = X > 0
    assert_same(T.masked_fill(mask, 7.0), np.where(mask, 7.0, X))
    assert_same(T.masked_fill(tensor(mask[:1]), tensor(7.0, dtype="float64")), np.where(mask[:1], 7.0, X))
    assert_same(T.masked_select(mask), X[mask])
    assert_same(T.masked_select(mask[0]), X[np.broadcast_to(mask[0], (3, 4))])
    filled = X.copy()
    filled[mask] = np.arange(12.0)[: mask.sum()]
    assert_same(T.masked_scatter(mask, np.arange(12.0)), filled)
    assert_same(np.compress([True, False, True], T, 0), X[[0, 2]])
    assert_same(np.extract(X > 0, T), X[X > 0])
    assert autograd.masked_fill(np.zeros(2, "f"), np.array([True, False]), 0.5).dtype == np.float32
    autograd.gradcheck(lambda x, v: autograd.masked_fill(x, mask, v), X, np.array(2.0), order=2)
    assert autograd.masked_fill(np.zeros(2, "f"), np.array([True, False]), np.array(0.5)).dtype == np.float32
    with pytest.raises(TypeError, match="a value that makes float64 does not fit x of dtype int64"):
        autograd.masked_fill(np.arange(2), np.array([True, False]), 0.5)
    with pytest.raises(TypeError, match="mask of booleans, got dtype int64"):
        T.masked_fill(mask.astype(int), 1.0)
    assert_same(T[0].masked_fill(mask, 1.0), np.where(mask, 1.0, X[0]))
    with pytest.raises(
        ValueError, match=r"masked_fill: mask of shape \(3, 4\) and x of shape \(2, 4\) do not broadcast"
    ):
        autograd.masked_fill(X[:2], mask, 1.0)


def test_embedding():
    indices = tensor([[0, 2], [2, 1]])
    y = autograd.embedding(indices, T, padding_idx=1)
    assert_same(y, X[[[0, 2], [2, 1]]])
    (g,) = gradients(y, T, np.ones(y.shape))
    assert g.numpy()[:, 0].tolist() == [1, 0, 2]
    autograd.gradcheck(lambda w: autograd.embedding([[0, 2], [2, 1]], w), X, order=2)
    autograd.gradcheck(lambda w: autograd.embedding([0, 2], w, padding_idx=-2), X, order=2)
    assert autograd.embedding(np.zeros((0, 2), int), T).shape == (0, 2, 4)
    with pytest.raises(IndexError, match=r"indices from 0 to 3 into a table of 3 rows; they must lie in \[0, 3\)"):
        autograd.embedding([0, 3], T)


def test_one_hot():
    np.testing.assert_array_equal(autograd.one_hot(tensor([1, 0]), 3).numpy(), [[0, 1, 0], [1, 0, 0]])
    assert autograd.one_hot(np.zeros((2, 0), int), 3).shape == (2, 0, 3)
    with pytest.raises(ValueError, match="do not fit num_classes=2"):
        autograd.one_hot([2], 2)


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_sort(axis):
    assert_same(np.sort(T, axis), np.sort(X, axis))
    assert_same(np.argsort(T, axis), np.argsort(X, axis))
    expected = np.flip(np.sort(X, axis), -1 if axis is None else axis)
    assert_same(autograd.sort(T, axis, descending=True), expected)
    autograd.gradcheck(lambda x: autograd.sort(x, axis), X, order=2)


def test_sort_keeps_the_order_of_equal_elements():
    x = tensor([2.0, 1.0, 2.0, 1.0])
    assert autograd.argsort(x, stable=True).tolist() == [1, 3, 0, 2]
    assert autograd.argsort(x, descending=True, stable=True).tolist() == [0, 2, 1, 3]


def test_sort_topk_and_nonzero_as_methods():
    values, indices = T.sort(1, descending=True)
    assert_same(values, -np.sort(-X, 1))
    assert_same(indices, np.argsort(-X, 1))
    assert not indices.requires_grad
    top = T.topk(2, dim=0, largest=False)
    assert_same(top.values, np.sort(X, 0)[:2])
    (g,) = gradients(top.values, T, np.ones((2, 4)))
    np.testing.assert_array_equal(g.numpy(), np.sort(X, 0)[1] >= X)
    assert T.nonzero().shape == (12, 2)
    with pytest.raises(ValueError, match="k=5 for an axis of length 4"):
        T.topk(5)


def test_searching():
    for found, expected in zip(np.nonzero(T), np.nonzero(X)):
        assert_same(found, expected)
    assert_same(np.argwhere(T > 0), np.argwhere(X > 0))
    assert_same(np.flatnonzero(T > 0), np.flatnonzero(X > 0))
    x = np.sort(X.ravel())
    assert_same(np.searchsorted(tensor(x), tensor([0.0, 9.0]), side="right"), np.searchsorted(x, [0.0, 9.0], "right"))
    values = np.array([3, 1, 3, 2, 1])
    for found, expected in zip(np.unique(tensor(values), True, True, True), np.unique(values, True, True, True)):
        assert_same(found, expected)
    assert np.unique(tensor(values)).tolist() == [1, 2, 3]
    assert autograd.unique_all(values).counts.tolist() == [2, 1, 2]


def test_the_gradient_of_distinct_values_goes_to_their_first_elements():
    x = tensor([[3.0, 1.0], [3.0, 2.0]], requires_grad=True)
    for values in (np.unique(x), autograd.unique_all(x).values):
        x.grad = None
        (values * np.array([10.0, 20.0, 30.0], np.float32)).sum().backward()
        assert x.grad.tolist() == [[30.0, 10.0], [0.0, 20.0]]
    rows = tensor([[2.0, 1.0], [0.0, 1.0], [2.0, 1.0]], requires_grad=True)
    np.unique(rows, axis=0)[1].sum().backward()
    assert rows.grad.tolist() == [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
