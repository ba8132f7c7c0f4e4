"""Views, rearrangements, dtype, padding, creation: equality with NumPy, PyTorch's method signatures, gradients."""

import numpy as np
import pytest

import autograd
from autograd import tensor

X = np.arange(24.0).reshape(2, 3, 4)
WEIGHTS = np.random.default_rng(2).normal(size=1000)


def leaf(values, dtype="float64"):
    return tensor(np.asarray(values, dtype), requires_grad=True)


def check(f, g=None, x=X):
    """f of a Tensor has the values of g of an array, and a gradient that sums where elements are repeated."""
    g = g or f
    t = leaf(x)
    got, want = f(t), g(x)
    assert isinstance(got, autograd.Tensor)
    np.testing.assert_array_equal(got.data, want)
    w = np.resize(WEIGHTS, want.shape)
    (d,) = autograd.gradients((got * w).sum(), t)
    expected = np.zeros(x.size)
    np.add.at(expected, g(np.arange(x.size).reshape(x.shape)).ravel(), w.ravel())
    np.testing.assert_allclose(d.data, expected.reshape(x.shape), atol=1e-12)


# --- NumPy's functions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.reshape(x, (4, -1)),
        lambda x: np.reshape(x, -1),
        lambda x: np.reshape(x, (6, 4), order="F"),
        lambda x: np.reshape(x, (6, 4), copy=True),
        lambda x: np.ravel(x),
        lambda x: np.ravel(x, "F"),
        lambda x: np.transpose(x),
        lambda x: np.transpose(x, (1, -1, 0)),
        lambda x: np.permute_dims(x, (2, 0, 1)),
        lambda x: np.swapaxes(x, 0, -1),
        lambda x: np.moveaxis(x, 0, -1),
        lambda x: np.moveaxis(x, (0, 2), (1, 0)),
        lambda x: np.matrix_transpose(x),
        lambda x: np.expand_dims(x, (0, -2)),
        lambda x: np.expand_dims(x, 1),
        lambda x: np.squeeze(x[:1, :, :1]),
        lambda x: np.squeeze(x[:1], 0),
        lambda x: np.broadcast_to(x, (2, 2, 3, 4)),
        lambda x: np.broadcast_to(x[:, :1], (2, 5, 4)),
        lambda x: np.broadcast_arrays(x, x[0])[1],
        lambda x: np.flip(x),
        lambda x: np.flip(x, (0, -1)),
        lambda x: np.flipud(x),
        lambda x: np.fliplr(x),
        lambda x: np.roll(x, 5),
        lambda x: np.roll(x, -1, 1),
        lambda x: np.roll(x, (1, 2), (0, -1)),
        lambda x: np.roll(x, 1, (0, 2)),
        lambda x: np.roll(x, (1, 1), (2, 2)),
        *[lambda x, k=k: np.rot90(x, k) for k in range(-1, 4)],
        lambda x: np.rot90(x, 1, (2, 1)),
        lambda x: np.tile(x, 2),
        lambda x: np.tile(x, (3, 1, 2, 1)),
        lambda x: np.tile(x, (0, 1)),
        lambda x: np.repeat(x, 2),
        lambda x: np.repeat(x, 3, 1),
        lambda x: np.repeat(x, [2, 0, 1], axis=1),
        lambda x: np.atleast_1d(x),
        lambda x: np.atleast_2d(x[0, 0]),
        lambda x: np.atleast_3d(x[0]),
        lambda x: np.atleast_3d(x[0, 0]),
        lambda x: np.copy(x),
        lambda x: x.T,
        lambda x: x.mT,
        lambda x: x.transpose(),
        lambda x: x.transpose((1, 0, 2)),
        lambda x: x.swapaxes(0, 1),
        lambda x: x.ravel(),
        lambda x: x.copy(),
    ],
)
def test_equal_to_numpy(f):
    check(f)


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric", "wrap"])
@pytest.mark.parametrize(
    "width",
    [
        1,
        (1, 2),
        ((0, 1),),
        ((1, 0), (2, 3), (0, 0)),
        *([{0: 1, -1: (2, 0)}] if np.lib.NumpyVersion(np.__version__) >= "2.2.0" else []),
    ],
)
def test_padding_equals_numpys(mode, width):
    if mode != "constant":
        return check(lambda x: np.pad(x, width, mode=mode))
    padded = np.pad(leaf(X), width)
    np.testing.assert_array_equal(padded.data, np.pad(X, width))
    x = leaf(X)
    (d,) = autograd.gradients((np.pad(x, width) * np.pad(X, width)).sum(), x)
    np.testing.assert_array_equal(d.data, X)
    return None


def test_padding_values_and_refusals():
    x = X[0]
    for values in (7, (1, 2), ((1, 2), (3, 4)), np.inf):
        got = np.pad(tensor(x), 1, constant_values=values)
        np.testing.assert_array_equal(got.data, np.pad(x, 1, constant_values=values))
    assert autograd.pad(tensor(1.0), 3).item() == 1
    with pytest.raises(ValueError, match="mode 'middle' is not one of 'constant', 'edge'"):
        np.pad(tensor(x), 1, mode="middle")
    with pytest.raises(ValueError, match="stat_length has no meaning in mode 'edge'; keywords of this mode: none"):
        np.pad(tensor(x), 1, mode="edge", stat_length=2)
    with pytest.raises(ValueError, match="no meaning in mode 'edge'"):
        np.pad(tensor(x), 1, mode="edge", constant_values=1)
    for width in (-1, 0.5, (1, 2, 3)):
        with pytest.raises(ValueError, match=r"pad_width must hold integers, none negative.*\(3, 4\)"):
            np.pad(tensor(x), width)


def test_what_numpy_asks_about_an_array():
    t = leaf(X)
    assert np.shape(t) == (2, 3, 4)
    assert np.ndim(t) == 3
    assert np.size(t) == 24
    assert np.size(t, 1) == 3
    assert np.size(t, (0, -1)) == 8


# --- PyTorch's methods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method, function",
    [
        (lambda t: t.reshape(3, 8), lambda x: x.reshape(3, 8)),
        (lambda t: t.reshape((3, -1)), lambda x: x.reshape(3, 8)),
        (lambda t: t.view(-1), lambda x: x.reshape(24)),
        (lambda t: t.view_as(t.T), lambda x: x.reshape(4, 3, 2)),
        (lambda t: t.reshape_as(np.zeros((8, 3))), lambda x: x.reshape(8, 3)),
        (lambda t: t.permute(2, 0, 1), lambda x: x.transpose(2, 0, 1)),
        (lambda t: t.permute((-1, 0, 1)), lambda x: x.transpose(2, 0, 1)),
        (lambda t: t.transpose(0, 2), lambda x: x.swapaxes(0, 2)),
        (lambda t: t.swapdims(0, -1), lambda x: x.swapaxes(0, 2)),
        (lambda t: t.movedim(0, 1), lambda x: np.moveaxis(x, 0, 1)),
        (lambda t: t[0].t(), lambda x: x[0].T),
        (lambda t: t.unsqueeze(-1), lambda x: x[..., None]),
        (lambda t: t.unsqueeze(0).squeeze(), lambda x: x),
        (lambda t: t.unsqueeze(1).squeeze((0, 1)), lambda x: x),
        (lambda t: t.squeeze(1), lambda x: x),
        (lambda t: t.squeeze(dim=0), lambda x: x),
        (lambda t: t.expand(5, -1, 3, -1), lambda x: np.broadcast_to(x, (5, 2, 3, 4))),
        (lambda t: t[:, :1].expand_as(t), lambda x: np.broadcast_to(x[:, :1], x.shape)),
        (lambda t: t.broadcast_to(2, 2, 3, 4), lambda x: np.broadcast_to(x, (2, 2, 3, 4))),
        (lambda t: t.flatten(), lambda x: x.ravel()),
        (lambda t: t.flatten(1), lambda x: x.reshape(2, 12)),
        (lambda t: t.flatten(start_dim=0, end_dim=-2), lambda x: x.reshape(6, 4)),
        (lambda t: t.unflatten(-1, (2, -1)), lambda x: x.reshape(2, 3, 2, 2)),
        (lambda t: t.flip(0), lambda x: np.flip(x, 0)),
        (lambda t: t.flip(0, 2), lambda x: np.flip(x, (0, 2))),
        (lambda t: t.flip((0, 2)), lambda x: np.flip(x, (0, 2))),
        (lambda t: t.fliplr(), np.fliplr),
        (lambda t: t.flipud(), np.flipud),
        (lambda t: t.roll(1), lambda x: np.roll(x, 1)),
        (lambda t: t.roll(shifts=(1, 2), dims=(0, 1)), lambda x: np.roll(x, (1, 2), (0, 1))),
        (lambda t: t.rot90(1, (1, 2)), lambda x: np.rot90(x, 1, (1, 2))),
        (lambda t: t.repeat(2, 1, 3), lambda x: np.tile(x, (2, 1, 3))),
        (lambda t: t.tile(2, 3), lambda x: np.tile(x, (2, 3))),
        (lambda t: t.repeat_interleave(2), lambda x: np.repeat(x, 2)),
        (lambda t: t.repeat_interleave(tensor([1, 2, 0]), dim=1), lambda x: np.repeat(x, [1, 2, 0], 1)),
        (lambda t: t.clone(), np.copy),
        (lambda t: t.T.contiguous(), lambda x: x.T),
    ],
)
def test_methods_have_pytorchs_signatures(method, function):
    check(method, function)


def test_a_single_matrix_axis_pair():
    assert tensor([1.0, 2.0]).t().tolist() == [1, 2]
    assert tensor([1.0, 2.0]).T.tolist() == [1, 2]
    with pytest.raises(ValueError, match=r"t\(\) wants at most 2 axes"):
        tensor(X).t()
    with pytest.raises(ValueError, match=r"matrix_transpose: an array of shape \(2,\)"):
        tensor([1.0, 2.0]).mT  # noqa: B018


def test_views_share_memory_and_copies_do_not():
    t = leaf(X)
    for view in (t.reshape(6, 4), t.T, t.squeeze(), t.flip(0), t.expand(2, 2, 3, 4)):
        assert np.shares_memory(view.data, t.data)
    for copy in (t.clone(), t.T.contiguous(), t.repeat(1, 1, 1)):
        assert not np.shares_memory(copy.data, t.data)
    assert t.contiguous() is t
    assert t.T.contiguous().data.flags.c_contiguous
    assert t.T.clone().data.flags.f_contiguous


# --- dtype ------------------------------------------------------------------------------------------------------------


def test_conversions():
    t = leaf([1.5, -2.5])
    for name, dtype in (
        ("float", "float32"),
        ("double", "float64"),
        ("half", "float16"),
        ("int", "int32"),
        ("long", "int64"),
        ("bool", "bool"),
    ):
        assert getattr(t, name)().dtype == dtype
        assert t.to(dtype).dtype == t.type(dtype).dtype == t.astype(dtype).dtype == dtype
    assert t.double() is t
    assert t.to("float64") is t
    assert t.to(tensor([1.0])).dtype == t.type_as(tensor([1.0])).dtype == np.float32
    assert t.to("float64", copy=True) is not t
    assert t.astype("float64") is not t
    assert t.type() == "float64"
    assert np.astype(t, np.float32).dtype == np.float32


def test_the_gradient_is_cast_back_and_ends_at_integers():
    t = leaf([1.5, -2.5])
    y = t.float() * 2
    assert y.dtype == np.float32
    (d,) = autograd.gradients(y.sum(), t)
    assert (d.dtype, d.tolist()) == (np.float64, [2, 2])
    assert not t.long().requires_grad
    assert autograd.astype(tensor([1.0]), complex).dtype == complex


def test_real_numbers_become_complex_ones_and_not_the_other_way():
    t = leaf([1.5, -2.5])
    z = t.astype("complex64")
    assert z.requires_grad
    (d,) = autograd.gradients((z * (2 - 1j)).real.sum(), t)
    assert (d.dtype, d.tolist()) == (np.float64, [2, 2])
    for dtype in ("float64", "int64"):
        with pytest.raises(TypeError, match=r"astype: complex64 cannot become .*; use autograd.real\(x\)"):
            z.astype(dtype)
    assert z.bool().tolist() == [True, True]


# --- creation ---------------------------------------------------------------------------------------------------------


def test_creation():
    for made, want in (
        (autograd.zeros((2, 3)), np.zeros((2, 3), "f")),
        (autograd.ones(2, dtype="float64"), np.ones(2)),
        (autograd.full((2,), 3), np.full(2, 3)),
        (autograd.full((), 0.5), np.full((), 0.5, "f")),
        (autograd.eye(2, 3, k=1), np.eye(2, 3, 1, "f")),
        (autograd.arange(5), np.arange(5)),
        (autograd.arange(1, 2, 0.25), np.arange(1, 2, 0.25, "f")),
        (autograd.linspace(0, 1, 3), np.linspace(0, 1, 3, dtype="f")),
        (autograd.linspace(0, 1, 4, endpoint=False), np.linspace(0, 1, 4, False, dtype="f")),
    ):
        assert isinstance(made, autograd.Tensor)
        assert not made.requires_grad
        assert made.dtype == want.dtype
        np.testing.assert_array_equal(made.data, want)
    assert autograd.zeros(3, requires_grad=True).requires_grad
    with pytest.raises(TypeError, match="only floating-point"):
        autograd.arange(3, requires_grad=True)


def test_like_another():
    t = leaf(X, "float32")
    for f in (np.zeros_like, np.ones_like, np.empty_like, autograd.zeros_like, autograd.ones_like):
        made = f(t)
        assert isinstance(made, autograd.Tensor)
        assert (made.shape, made.dtype, made.requires_grad) == (t.shape, t.dtype, False)
    assert np.full_like(t, 3.5).data.max() == 3.5
    assert np.zeros_like(t, dtype=int, shape=(2,)).tolist() == [0, 0]
    assert type(autograd.ones_like(X)) is np.ndarray


# --- errors and edges -------------------------------------------------------------------------------------------------


def test_edges():
    check(lambda x: x.reshape(-1), x=np.zeros((0, 3)))
    check(lambda x: np.squeeze(np.expand_dims(x, 0)), x=np.float64(3).reshape(()))
    check(lambda x: np.reshape(x, (1, 1)), x=np.float64(3).reshape(()))
    check(lambda x: np.repeat(x, 2), x=np.float64(3).reshape(()))
    check(lambda x: np.tile(x, (2, 2)), x=np.float64(3).reshape(()))
    assert leaf(3.0).flatten().shape == (1,)
    check(lambda x: np.flip(x)[::2].T, x=X[:, ::-1, ::2])


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda t: t.reshape(5, 5), r"reshape: 24 elements of shape \(2, 3, 4\) do not fit shape \(5, 5\)"),
        (lambda t: t.reshape(-1, 5), r"reshape: 24 elements"),
        (lambda t: t.reshape(-1, -1), r"reshape: 24 elements"),
        (lambda t: t.reshape(-2, 12), r"reshape: 24 elements"),
        (lambda t: np.reshape(t, (4, 6), order="A"), r"reshape: order must be 'C' or 'F', got 'A'"),
        (lambda t: t.permute(0, 1), r"transpose: axes \(0, 1\) must name each axis of shape \(2, 3, 4\) once"),
        (lambda t: t.permute(0, 1, 1), r"transpose: axis \(0, 1, 1\) names an axis twice"),
        (lambda t: t.transpose(0, 3), r"swapaxes: axis 3 for an array of shape \(2, 3, 4\)"),
        (lambda t: np.squeeze(t, 1), r"squeeze: axis 1 of shape \(2, 3, 4\) has length 3, wanted 1"),
        (lambda t: t.expand(2, 2, 4), r"broadcast_to: shape \(2, 3, 4\) does not broadcast to \(2, 2, 4\)"),
        (lambda t: t.expand(-1, 2, 3, 4), r"expand: sizes \(-1, 2, 3, 4\) for a tensor of shape \(2, 3, 4\)"),
        (lambda t: t.broadcast_to(4), r"broadcast_to: shape \(2, 3, 4\)"),
        (lambda t: np.moveaxis(t, (0, 1), 0), r"moveaxis: 2 source axes for 1 destinations"),
        (lambda t: t.flatten(2, 1), r"flatten: start_dim 2 lies behind end_dim 1"),
        (lambda t: t.unflatten(1, (2, 2)), r"unflatten: axis 1 of shape \(2, 3, 4\) does not split into \(2, 2\)"),
        (lambda t: t.roll((1, 2), (0, 1, 2)), r"roll: 2 shifts for 3 axes"),
        (lambda t: t.rot90(1, (0, 1, 2)), r"rot90: axes must be two"),
        (lambda t: t.repeat(2), r"repeat: needs a number for each axis of shape \(2, 3, 4\), got \(2,\).*interleave"),
        (lambda t: np.repeat(t, [1, 2], 1), r"repeat: repeats must be one integer, or 3 of them"),
        (lambda t: np.repeat(t, -1), r"repeat: .* none negative; got -1"),
        (lambda t: np.tile(t, -1), r"tile: reps must not be negative"),
        (lambda t: np.broadcast_arrays(t, np.zeros(3)), r"broadcast_arrays: the shapes \(2, 3, 4\), \(3,\)"),
        (lambda t: np.fliplr(t[0, 0]), r"fliplr: axis 1 for an array of shape \(4,\)"),
    ],
)
def test_errors_name_operation_and_shape(call, message):
    with pytest.raises(ValueError, match=message):
        call(leaf(X))


def test_transpose_of_more_than_two_axes_points_to_permute():
    with pytest.raises(TypeError, match=r"use t.permute\(0, 1, 2\)"):
        tensor(X).transpose(0, 1, 2)


def test_shapes_of_new_tensors_are_tuples_or_several_ints():
    for make in (autograd.zeros, autograd.ones, autograd.empty):
        assert make(2, 3).shape == make((2, 3)).shape == make([2, 3]).shape == (2, 3)
        assert make(4).shape == (4,)
        assert make(()).shape == make().shape == ()
        assert make(2, dtype="float64").dtype == np.float64


@pytest.mark.parametrize("order", ["C", "F", "A", "K"])
def test_tensors_like_another_keep_to_the_order_asked_for(order):
    x = np.asfortranarray(np.ones((3, 4)))
    for like in (np.zeros_like, np.ones_like, np.empty_like, lambda a, order: np.full_like(a, 2, order=order)):
        made = like(autograd.tensor(x), order=order).data
        expected = like(autograd.tensor(x).data, order=order)
        assert (made.strides, made.dtype) == (expected.strides, expected.dtype)
