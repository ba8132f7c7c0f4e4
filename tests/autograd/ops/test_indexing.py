"""Reading, writing, gathering and scattering at an index."""

import numpy as np
import pytest

import autograd
from autograd import gradients, tensor

X = np.arange(24.0).reshape(2, 3, 4)
INDICES = [
    0,
    -1,
    np.int64(1),
    slice(None, None, -1),
    (slice(1, None), slice(None, None, 2)),
    (Ellipsis, 1),
    (None, 0, Ellipsis, None),
    (1, 2, 3),
    (),
    Ellipsis,
    None,
    True,
    [1, 0, 1],
    [],
    (0, [2, 0]),
    ([0, 1], slice(None), [[3], [-1]]),
    (slice(None), [True, False, True]),
    ([True, False], 1),
    (np.array([True, False]), [0, 2]),
    (np.array([[True, False, True], [False, False, True]]), [1, 2, 3]),
    X > 11,
    (slice(None), X[0] > 100),
    np.array(1),
    np.zeros((0, 2), int),
]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_getitem_reads_what_numpy_reads_and_scatters_the_gradient_back(index):
    x = tensor(X, requires_grad=True)
    y = x[index]
    np.testing.assert_array_equal(y.detach().numpy(), X[index])
    g = np.random.default_rng(0).standard_normal(y.shape)
    expected = np.zeros_like(X)
    np.add.at(expected, index, g)
    (found,) = gradients(y, x, g)
    np.testing.assert_allclose(found.numpy(), expected)


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_assignment_writes_what_numpy_writes_and_splits_the_gradient(index):
    value = np.random.default_rng(1).standard_normal(X[index].shape)
    expected = X.copy()
    expected[index] = value
    x, v = tensor(X, requires_grad=True), tensor(value, requires_grad=True)
    y = x * 1.0
    y[index] = v
    np.testing.assert_array_equal(y.detach().numpy(), expected)
    dx, dv = gradients(y, [x, v], np.ones_like(X), allow_unused=True)
    untouched = np.ones_like(X)
    untouched[index] = 0
    np.testing.assert_array_equal(dx.numpy(), untouched)
    assert dx.numpy().sum() + dv.numpy().sum() == X.size


def test_a_tensor_is_an_index():
    x = tensor(X, requires_grad=True)
    rows, columns, mask = tensor([1, 0]), tensor([2, 2]), tensor(X[0] > 3)
    np.testing.assert_array_equal(x[rows, :, columns].detach().numpy(), X[[1, 0], :, [2, 2]])
    np.testing.assert_array_equal(x[:, mask].detach().numpy(), X[:, X[0] > 3])
    np.testing.assert_array_equal(x[tensor(1)].detach().numpy(), X[1])


def test_of_values_assigned_to_one_position_only_the_last_gets_a_gradient():
    x, v = tensor(np.zeros(3), requires_grad=True), tensor([1.0, 2.0, 3.0], dtype="float64", requires_grad=True)
    y = x * 1.0
    y[[0, 0, 2]] = v
    assert y.tolist() == [2.0, 0.0, 3.0]
    assert [g.tolist() for g in gradients(y, [x, v], np.array([5.0, 6.0, 7.0]))] == [[0, 6, 0], [0, 5, 7]]


def test_assignment_keeps_what_was_recorded_before():
    x = tensor(np.array([2.0, 3.0]), requires_grad=True)
    y = x * x
    z = y * y
    y[0] = 10.0
    assert z.tolist() == [16.0, 81.0]
    dz, dy = gradients(z, x, np.ones(2), retain_graph=True), gradients(y, x, np.ones(2))
    assert (dz[0].tolist(), dy[0].tolist()) == ([32.0, 108.0], [0.0, 6.0])


def test_an_assigned_value_is_broadcast_and_its_gradient_summed_in_its_own_dtype():
    x, v = tensor(X, requires_grad=True), tensor([[[2.0]]], dtype="float32", requires_grad=True)
    y = x * 1.0
    y[0, 1] = v
    (dv,) = gradients(y, v, X)
    assert (dv.shape, dv.dtype, dv.item()) == ((1, 1, 1), np.float32, X[0, 1].sum())


def test_assigning_into_a_leaf_that_requires_grad_is_refused_while_recording():
    x = tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match=r"t\[index\] = value.*leaf that requires grad.*no_grad"):
        x[0] = 5.0
    with autograd.no_grad():
        x[0] = 5.0
    assert x.tolist() == [5.0, 2.0]
    assert x.is_leaf


def test_assignment_into_an_untracked_tensor_tracks_it_from_then_on():
    x, v = tensor(np.zeros(3)), tensor(2.0, dtype="float64", requires_grad=True)
    alias = x.detach()
    x[1] = v * v
    assert (x.tolist(), alias.tolist()) == ([0.0, 4.0, 0.0], [0.0, 0.0, 0.0])
    assert gradients(x[1], v)[0].item() == 4.0


def test_a_tracked_value_does_not_fit_into_integers():
    with pytest.raises(TypeError, match=r"float32, assigned into a tensor of dtype int64 .*detach\(\)"):
        tensor([1, 2])[0] = tensor(1.0, requires_grad=True)


def test_a_float_is_no_index():
    with pytest.raises(IndexError, match="integers or booleans, got dtype float32"):
        tensor([1.0, 2.0])[tensor([0.0])]
    with pytest.raises(TypeError, match="float"):
        tensor([1.0, 2.0])[0.5]


def test_out_of_range_names_the_operation():
    with pytest.raises(IndexError, match="out of bounds") as raised:
        tensor([1.0, 2.0])[5]
    assert any("getitem" in note for note in raised.value.__notes__)


def test_arrays_in_arrays_out():
    assert type(autograd.getitem(X, (0, [1, 2]))) is np.ndarray
    assert type(autograd.updated(X, 0, 1.0)) is np.ndarray


@pytest.mark.parametrize("order", ["C", "F"])
def test_which_of_repeated_positions_wins_does_not_depend_on_memory(order):
    keys = np.array([[1, 0], [0, 1]], order=order)
    value = autograd.tensor(np.asarray([[1.0, 2.0], [3.0, 4.0]], order=order), requires_grad=True)
    t = autograd.zeros(2, dtype="float64")
    t[keys] = value
    np.testing.assert_array_equal(t.data, [3, 4])
    (t * np.array([10.0, 100.0])).sum().backward()
    np.testing.assert_array_equal(value.grad.data, [[0, 0], [10, 100]])
