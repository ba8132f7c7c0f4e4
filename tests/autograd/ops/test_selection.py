"""where, maximum and minimum, clipping, rounding: which operand gets the gradient."""

import numpy as np
import pytest

import autograd
from autograd import gradients, tensor

NAN = np.nan


def grads(f, *values):
    """f's gradients by all arguments, as arrays, after one sweep from ones."""
    ts = [tensor(v, requires_grad=True) for v in values]
    y = f(*ts)
    return [d.numpy() for d in gradients(y, ts, np.ones(y.shape))]


def test_where_gives_the_gradient_to_the_chosen():
    condition = np.array([True, False, True])
    for c in (condition, tensor(condition), condition.astype(int)):
        dx, dy = grads(lambda t, u: np.where(c, t * 2, u * 3), np.ones(3), np.ones((2, 1)))  # noqa: B023
        np.testing.assert_array_equal(dx, [4, 0, 4])
        np.testing.assert_array_equal(dy, [[3], [3]])
    t = tensor(np.ones(3, np.float32), requires_grad=True)
    y = t.where(t > 2, -1.0)
    assert (y.dtype, y.tolist()) == (np.float32, [-1, -1, -1])


def test_where_keeps_infinite_adjoints_to_the_chosen():
    dx, dy = grads(lambda t, u: np.where(np.array([True, False]), t, u) * np.inf, np.ones(2), np.ones(2))
    assert (dx.tolist(), dy.tolist()) == ([np.inf, 0], [0, np.inf])


def test_where_protects_a_logarithm_as_documented():
    f = lambda x: autograd.where(x > 0, autograd.log(autograd.where(x > 0, x, 1)), 0)
    assert grads(f, np.array([0.0, 2.0]))[0].tolist() == [0, 0.5]


def test_where_of_numbers_has_the_default_dtype():
    x = tensor([1.0, -1.0])
    assert autograd.where(x > 0, 1.0, 0.0).dtype == np.float32
    assert autograd.where(x > 0, 1, 0).dtype == np.int64
    assert type(autograd.where(np.array([True]), 1.0, 2.0)) is np.ndarray


def test_where_wants_both_values():
    with pytest.raises(TypeError, match=r"where\(condition, x, y\); .* use np.nonzero"):
        np.where(tensor([1.0, 0.0]))


@pytest.mark.parametrize(
    "name, first, second",
    [
        ("maximum", [0, 1, 0.5, 0, 0], [1, 0, 0.5, 0, 0]),
        ("minimum", [1, 0, 0.5, 0, 0], [0, 1, 0.5, 0, 0]),
        ("fmax", [0, 1, 0.5, 0, 1], [1, 0, 0.5, 1, 0]),
        ("fmin", [1, 0, 0.5, 0, 1], [0, 1, 0.5, 1, 0]),
    ],
)
def test_ties_share_and_nan_gets_nothing(name, first, second):
    x, y = np.array([1.0, 2.0, 3.0, NAN, 1.0]), np.array([2.0, 1.0, 3.0, 1.0, NAN])
    for f in (getattr(np, name), getattr(autograd, name), lambda t, u: getattr(t, name)(u)):
        dx, dy = grads(f, x, y)
        assert (dx.tolist(), dy.tolist()) == (first, second)


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
def test_extrema_with_a_number_keep_float32(name):
    x = tensor(np.float32([0.1, 0.2, 0.3]), requires_grad=True)
    y = getattr(np, name)(x, 0.2)
    (dx,) = gradients(y.sum(), x)
    assert y.dtype == dx.dtype == np.float32
    assert sorted(dx.tolist()) == [0, 0.5, 1]


def test_clip_passes_the_gradient_at_its_bounds():
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    for f in (
        lambda t: autograd.clip(t, -1, 1),
        lambda t: autograd.clip(t, min=-1, max=1),
        lambda t: np.clip(t, -1, 1),
        lambda t: np.clip(t, min=-1, max=1),
        lambda t: np.clip(t, a_min=-1, a_max=1),
        lambda t: t.clip(-1, 1),
        lambda t: t.clamp(min=-1, max=1),
        lambda t: t.clamp_min(-1).clamp_max(1),
    ):
        assert grads(f, x)[0].tolist() == [0, 1, 1, 1, 0]
    assert grads(lambda t: t.clamp(max=0), x)[0].tolist() == [1, 1, 1, 0, 0]
    assert grads(lambda t: np.clip(t, 0, None), x)[0].tolist() == [0, 0, 1, 1, 1]


def test_clip_by_tensors():
    x, low, high = np.array([[-2.0, 0.0], [5.0, 0.5]]), np.array([-1.0, 1.0]), np.array(2.0)
    dx, dlow, dhigh = grads(autograd.clip, x, low, high)
    assert dx.tolist() == [[0, 0], [0, 0]]
    assert dlow.tolist() == [1, 2]
    assert dhigh.tolist() == 1
    assert autograd.clip(tensor([5.0]), 3.0, 1.0).tolist() == [1]


def test_clip_without_bounds_and_of_other_kinds():
    t = tensor([1.0])
    assert autograd.clip(t) is t
    assert autograd.clip(np.array([1, 5]), 2, 3).tolist() == [2, 3]
    assert autograd.clip(tensor(np.float32([1])), 2.5).dtype == np.float32
    assert np.isnan(autograd.clip(tensor(NAN), 0, 1).item())
    with pytest.raises(ValueError, match="not both"):
        np.clip(t, 0, 1, min=0)
    with pytest.raises(TypeError, match="out"):
        np.clip(t, 0, 1, out=np.empty(1))
    with pytest.raises(TypeError, match="dtype"):
        np.clip(t, 0, 1, dtype=float)


def test_copysign():
    x = np.array([-2.0, 2.0, 0.0, 3.0])
    assert grads(lambda t: np.copysign(t, [1.0, -1.0, -1.0, 1.0]), x)[0].tolist() == [-1, -1, 0, 1]


def test_nan_to_num():
    x = np.array([1.0, NAN, np.inf, -np.inf])
    t = tensor(x, requires_grad=True)
    assert t.nan_to_num(0.5, posinf=2, neginf=-2).tolist() == [1, 0.5, 2, -2]
    assert np.nan_to_num(t, nan=0.5, posinf=2, neginf=-2).tolist() == [1, 0.5, 2, -2]
    assert np.nan_to_num(t).tolist() == np.nan_to_num(x).tolist()
    assert grads(np.nan_to_num, x)[0].tolist() == [1, 0, 0, 0]
    with pytest.raises(ValueError, match="would overwrite its input"):
        np.nan_to_num(t, copy=False)


def test_rounding_carries_no_gradient():
    x = tensor([-1.5, -0.25, 0.5, 2.5], requires_grad=True)
    for f, expected in (
        (np.floor, [-2, -1, 0, 2]),
        (np.ceil, [-1, 0, 1, 3]),
        (np.trunc, [-1, 0, 0, 2]),
        (np.rint, [-2, 0, 0, 2]),
        (np.round, [-2, 0, 0, 2]),
        (round, [-2, 0, 0, 2]),
        (lambda t: t.floor(), [-2, -1, 0, 2]),
    ):
        y = f(x)
        assert y.tolist() == expected
        assert not y.requires_grad
    tenths = np.round(x.detach().numpy(), 1).tolist()
    assert np.round(x, 1).tolist() == round(x, 1).tolist() == x.round(decimals=1).tolist() == tenths
    assert np.around(a=tensor([126]), decimals=-1).tolist() == [130]


def test_heaviside():
    x, y = tensor([-1.0, 0.0, 2.0], requires_grad=True), tensor([5.0, 5.0, 5.0], requires_grad=True)
    z = np.heaviside(x, y)
    assert z.tolist() == [0, 5, 1]
    assert gradients(z.sum(), y)[0].tolist() == [0, 1, 0]
    assert not autograd.heaviside(x, 0.5).requires_grad
    with pytest.raises(RuntimeError, match="does not require grad"):
        autograd.heaviside(x, 0.5).sum().backward()
