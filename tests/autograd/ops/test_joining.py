"""Joining and cutting: equality with NumPy, mixed operands, dtype, gradients."""

import numpy as np
import pytest

import autograd
from autograd import tensor

A = np.arange(6.0).reshape(2, 3)
B = 10 + np.arange(6.0).reshape(2, 3)


def leaf(values, dtype="float64"):
    return tensor(np.asarray(values, dtype), requires_grad=True)


@pytest.mark.parametrize(
    "join",
    [
        lambda a, b: np.concatenate([a, b]),
        lambda a, b: np.concatenate((a, b), 1),
        lambda a, b: np.concatenate([a, b, a], axis=-1),
        lambda a, b: np.concatenate([a, b], axis=None),
        lambda a, b: np.concat([a, b], axis=1),
        lambda a, b: np.stack([a, b]),
        lambda a, b: np.stack([a, b], -1),
        lambda a, b: np.stack([a, b, b], axis=1),
        lambda a, b: np.vstack([a, b[0]]),
        lambda a, b: np.hstack([a, b]),
        lambda a, b: np.hstack([a[0], b[0]]),
        lambda a, b: np.dstack([a, b]),
        lambda a, b: np.column_stack([a, b[:, 0]]),
        lambda a, b: np.append(a, b),
        lambda a, b: np.append(a, b, axis=0),
        lambda a, b: np.block([[a, b], [b, a]]),
        lambda a, b: np.block([a[0], b[0]]),
        lambda a, b: np.block([[a], [b[0]]]),
    ],
)
def test_joining_equals_numpys(join):
    a, b = leaf(A), leaf(B)
    want = join(A, B)
    weights = np.random.default_rng(3).normal(size=want.shape)
    da, db = np.zeros(A.size), np.zeros(B.size)
    places = join(np.arange(6).reshape(2, 3), 100 + np.arange(6).reshape(2, 3)).ravel()
    np.add.at(da, places[places < 100], weights.ravel()[places < 100])
    np.add.at(db, places[places >= 100] - 100, weights.ravel()[places >= 100])
    for x, y, expected in ((a, b, (da, db)), (a, B, (da,)), (A, b, (db,))):
        got = join(x, y)
        np.testing.assert_array_equal(got.data, want)
        leaves = [t for t in (x, y) if isinstance(t, autograd.Tensor)]
        for d, e in zip(autograd.gradients((got * weights).sum(), leaves), expected):
            np.testing.assert_allclose(d.data.ravel(), e)


def test_the_functions_of_autograd():
    a, b = tensor(A), tensor(B)
    assert autograd.concat is autograd.concatenate
    np.testing.assert_array_equal(autograd.cat([a, tensor([]), b], dim=1).data, np.concatenate([A, B], 1))
    assert autograd.cat([tensor([]), tensor([])]).shape == (0,)
    np.testing.assert_array_equal(autograd.stack([a, b], -1).data, np.stack([A, B], -1))
    assert type(autograd.concatenate([A, B])) is np.ndarray
    assert autograd.stack([tensor(1.0), 2.0, 3.0]).dtype == np.float32


def test_parts_of_different_dtype_get_gradients_of_their_own():
    a, b = leaf([1.0, 2.0], "float32"), leaf([3.0], "float64")
    for joined in (np.concatenate([a, b]), np.concatenate([a, b], dtype="float32", casting="same_kind")):
        da, db = autograd.gradients((joined * [1, 2, 3]).sum(), [a, b])
        assert (da.dtype, db.dtype) == (np.float32, np.float64)
        assert (da.tolist(), db.tolist()) == ([1, 2], [3])
    assert np.stack([leaf(1.0, "float32"), leaf(2.0)]).dtype == np.float64
    assert not np.concatenate([a, b], dtype=int, casting="unsafe").requires_grad
    with pytest.raises(TypeError, match=r"np.concatenate: array 0 of dtype float32 cannot be cast to int64"):
        np.concatenate([a, b], dtype="int64")
    assert np.concatenate([tensor([1]), tensor([2])]).dtype == np.int64


@pytest.mark.parametrize(
    "cut",
    [
        lambda x: np.split(x, 2),
        lambda x: np.split(x, [1, 3], axis=1),
        lambda x: np.split(x, [2, 2, 99], axis=-1),
        lambda x: np.split(x, [-1]),
        lambda x: np.array_split(x, 3, axis=1),
        lambda x: np.array_split(x, np.int64(5)),
        lambda x: np.vsplit(x, 2),
        lambda x: np.hsplit(x, [1]),
        lambda x: np.dsplit(x, 3),
        lambda x: np.unstack(x),
        lambda x: np.unstack(x, axis=2),
    ],
)
def test_cutting_equals_numpys(cut):
    values = np.arange(48.0).reshape(4, 4, 3)
    x = leaf(values)
    got, want = cut(x), cut(values)
    assert type(got) is type(want)
    assert len(got) == len(want)
    for g, w in zip(got, want):
        np.testing.assert_array_equal(g.data, w)
    (d,) = autograd.gradients(sum((k + 1) * part.sum() for k, part in enumerate(got)), x, retain_graph=True)
    (alone,) = autograd.gradients((got[-1] * got[-1]).sum(), x)
    places = cut(np.arange(48).reshape(4, 4, 3))
    expected, last = np.zeros(48), np.zeros(48)
    for k, p in enumerate(places):
        expected[p.ravel()] = k + 1
    last[places[-1].ravel()] = 2 * places[-1].ravel()
    np.testing.assert_array_equal(d.data.ravel(), expected)
    np.testing.assert_array_equal(alone.data.ravel(), last)


def test_methods_are_pytorchs():
    t = leaf(np.arange(10.0))

    def lengths(parts):
        assert isinstance(parts, tuple)
        return [len(p) for p in parts]

    assert lengths(t.split(4)) == [4, 4, 2]
    assert lengths(t.split([1, 2, 7])) == [1, 2, 7]
    assert lengths(t.chunk(3)) == [4, 4, 2]
    assert lengths(t.chunk(4)) == [3, 3, 3, 1]
    assert lengths(t.chunk(20)) == [1] * 10
    assert lengths(t.tensor_split(3)) == [4, 3, 3]
    assert [p.item() for p in t.unbind()] == list(range(10))
    assert [p.shape for p in t.reshape(2, 5).unbind(dim=1)] == [(2,)] * 5
    assert [p.shape for p in t.reshape(2, 5).split(2, dim=1)] == [(2, 2), (2, 2), (2, 1)]
    assert [p.shape for p in t.reshape(2, 5).hsplit([2])] == [(2, 2), (2, 3)]


def test_pieces_of_nothing():
    assert autograd.unstack(leaf(np.zeros((0, 2)))) == ()
    assert [p.shape for p in autograd.split(leaf(np.zeros((0, 2))), 2)] == [(0, 2), (0, 2)]
    assert np.concatenate([leaf(np.zeros((0, 3))), leaf(A)]).shape == (2, 3)


def test_a_long_unbind_is_one_node_and_its_picks():
    x = leaf(np.zeros((500, 2)))
    parts = x.unbind()
    assert len({p._node.inputs for p in parts}) == 1
    (d,) = autograd.gradients(autograd.stack(parts[::2]).sum(), x)
    np.testing.assert_array_equal(d.data[:, 0], [1, 0] * 250)


def test_second_derivatives_pass_through():
    def f(x):
        first, second = autograd.split(x, 2)
        return (autograd.concatenate([first * second, second**3]) * autograd.stack([first, second]).sum()).sum()

    x = np.array([1.0, 2.0])
    # (x y + y³)(x + y)
    np.testing.assert_allclose(autograd.hessian(f)(x), [[2 * 2, 2 * 1 + 2 * 2 + 3 * 4], [18, 2 * 1 + 6 * 2 + 12 * 4]])


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: autograd.concatenate([]), "concatenate: needs at least one array, got none"),
        (lambda: autograd.stack([]), "stack: needs at least one array, got none"),
        (
            lambda: autograd.concatenate([leaf(A), A[0]]),
            r"part 1 of shape \(3,\) does not fit part 0 of shape \(2, 3\)",
        ),
        (lambda: autograd.concatenate([leaf(A), A.T], 1), r"part 1 of shape \(3, 2\) .* along axis 1"),
        (lambda: autograd.concatenate([leaf(A)], 2), r"concatenate: axis 2 for an array of shape \(2, 3\)"),
        (lambda: autograd.concatenate([leaf(1.0)]), "concatenate: axis 0 .* 0-d"),
        (lambda: autograd.stack([leaf(A), A.T]), r"stack: part 1 has shape \(3, 2\), part 0 \(2, 3\)"),
        (lambda: autograd.stack([leaf(A)], 3), "stack: axis 3"),
        (lambda: np.split(leaf(A), 3, 0), r"split: axis 0 of shape \(2, 3\) cannot be cut into 3 .*array_split"),
        (lambda: np.split(leaf(A), 0), "split: .* 0 equal parts"),
        (lambda: np.split(leaf(A), [2, 1], 1), r"array_split: positions \[2, 1\] must not decrease"),
        (lambda: np.array_split(leaf(A), 0), "array_split: the number of parts must be positive"),
        (lambda: np.vsplit(leaf(A[0]), 1), r"vsplit: needs at least 2 axes, got an array of shape \(3,\)"),
        (lambda: leaf(A).chunk(0), "chunk: the number of chunks must be positive"),
        (lambda: leaf(A).split(0), "split: the length of a part must be positive"),
        (lambda: leaf(A).split([1, 2]), r"split: lengths \[1, 2\] do not add up to 2"),
        (lambda: np.block([[leaf(A)], leaf(A)]), "block: lists are nested"),
        (lambda: np.block([leaf(A), []]), "block: an empty list"),
    ],
)
def test_errors_name_operation_and_shape(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_out_is_refused():
    with pytest.raises(TypeError, match=r"np.concatenate\(..., out=...\) is not possible"):
        np.concatenate([leaf(A), A], out=np.zeros((4, 3)))
    with pytest.raises(TypeError, match=r"np.stack\(..., out\) is not possible"):
        np.stack([leaf(A), A], 0, np.zeros((2, 2, 3)))
