"""Linear layers of eager calls: they agree with NumPy's, and only calls that the kernel serves reach it."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

import autograd
from autograd.kernels.native import linear
from autograd.kernels.native.host import host
from autograd.ops.linalg import affine

pytestmark = pytest.mark.skipif(host().kind == "plain", reason="NumPy's BLAS is faster than such kernels")


def layer(*, m, n, k, dtype="f4", lead=()):
    rng = np.random.default_rng(m + n + k)
    return tuple(rng.normal(size=s).astype(dtype) for s in ((*lead, m, k), (n, k), (n,)))


@settings(max_examples=30)
@given(
    m=st.one_of(st.integers(1, 9), st.sampled_from([33, 130])),
    n=st.sampled_from([5, 16, 31, 64, 150]),
    k=st.sampled_from([30, 64, 401]),
    dtype=st.sampled_from(["f4", "f8"]),
)
def test_rows_times_weight(m, n, k, dtype):
    x, weight, bias = layer(m=m, n=n, k=k, dtype=dtype)
    wanted = x.astype(np.float64) @ weight.T.astype(np.float64) + bias
    bound = (k + 2) * np.finfo(dtype).eps * (np.abs(x) @ np.abs(weight.T) + np.abs(bias))
    got = linear.affine(x, weight, bias)
    assert (got is None) == (m * n * k < linear.LEAST)
    if got is not None:
        assert got.dtype == x.dtype
        np.testing.assert_array_less(np.abs(got - wanted), bound)


def test_leading_axes_and_strided_rows():
    x, weight, bias = layer(m=6, n=40, k=50, lead=(3, 2))
    wanted = x @ weight.T + bias
    wide = np.zeros((3, 2, 6, 80), np.float32)
    wide[..., :50] = x
    back = np.ascontiguousarray(x[::-1, ::-1, ::-1])[::-1, ::-1, ::-1]
    for same in (x, wide[..., :50], back):
        np.testing.assert_allclose(linear.affine(same, weight, bias), wanted, rtol=1e-4, atol=1e-5)
    one = linear.affine(x[0, 0, 0], np.tile(weight, (3, 1)), np.tile(bias, 3))
    np.testing.assert_allclose(one, np.tile(wanted[0, 0, 0], 3), rtol=1e-4, atol=1e-5)


def test_what_is_left_to_numpy():
    x, weight, bias = layer(m=32, n=40, k=50)
    assert linear.affine(x, weight, bias) is not None
    others = [
        (x[:1], weight[:5], bias[:5]),
        (x, weight[:2], bias[:2]),
        (x, weight.astype("f8"), bias),
        (x, weight, bias.astype("f8")),
        (x.astype("f2"), weight.astype("f2"), bias.astype("f2")),
        (x.astype("c8"), weight.astype("c8"), bias.astype("c8")),
        (x[:, ::2], weight[:, :25], bias),
        (x[:, :25], weight[:, ::2], bias),
        (x, weight, np.repeat(bias, 2)[::2]),
        (x[:, :49], weight, bias),
        (x, weight, bias[:39]),
        (x, weight[0], bias),
        (x, weight, bias[0]),
        (x[None].repeat(3, 0)[:, :31], weight, bias),
    ]
    assert [linear.affine(*call) is None for call in others] == [True] * len(others)


def test_mistakes_are_explained_as_ever():
    x, weight, bias = layer(m=32, n=40, k=50)
    for call in ((x[:, :49], weight, bias), (x, weight, bias[:39])):
        with pytest.raises(ValueError, match="affine"):
            autograd.affine(*call)


def test_the_eager_call_is_the_native_one():
    x, weight, bias = layer(m=32, n=40, k=50)
    np.testing.assert_array_equal(affine(x, weight, bias), linear.affine(x, weight, bias))
    t = autograd.tensor(x, requires_grad=True)
    autograd.affine(t, weight, bias).sum().backward()
    np.testing.assert_allclose(t.grad.numpy(), np.broadcast_to(weight.sum(0), x.shape), rtol=1e-4, atol=1e-5)
