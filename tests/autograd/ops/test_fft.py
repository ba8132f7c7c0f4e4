"""Discrete Fourier transforms: NumPy's values, derivatives in both modes, and what PyTorch and the standard add."""

import itertools

import numpy as np
import pytest
from hypothesis import given, strategies as st

import autograd
from autograd import fft, grad, gradcheck, gradients, jacfwd, jacobian, jvp, tensor
from autograd.testing import assert_close

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (3, 4, 5))
Z = X + 1j * RNG.uniform(-1, 1, X.shape)
NORMS = [None, "backward", "ortho", "forward"]
OF_REAL, OF_HALF = ("rfft", "ihfft"), ("irfft", "hfft")
ONE_AXIS = ("fft", "ifft", *OF_REAL, *OF_HALF)
SEVERAL = ("fftn", "ifftn", "rfftn", "irfftn", "fft2", "ifft2", "rfft2", "irfft2")
ALL = {*ONE_AXIS, *SEVERAL}


def given_to(name):
    return X if name in OF_REAL or name.startswith("rfft") else Z


@pytest.mark.parametrize("name", ONE_AXIS)
@pytest.mark.parametrize("norm", NORMS)
def test_values_along_one_axis(name, norm):
    x, ours, theirs = given_to(name), getattr(fft, name), getattr(np.fft, name)
    for n, axis in itertools.product((None, 1, 3, 4, 7, 8), (-1, 0, 1)):
        expected = theirs(x, n, axis, norm)
        assert_close(ours(x, n, axis, norm), expected)
        found = theirs(tensor(x, requires_grad=True), n=n, axis=axis, norm=norm)
        assert found.requires_grad
        assert_close(found.detach(), expected)
        assert_close(ours(x, n=n, dim=axis, norm=norm), expected)


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("norm", NORMS)
def test_values_along_several_axes(name, norm):
    x, ours, theirs = given_to(name), getattr(fft, name), getattr(np.fft, name)
    cases = [(None, (0, 1)), ((2, 6), (0, -1)), ((3, -1), (2, 0)), ((6,), (1,)), (None, (1, 2))]
    if not name.endswith("2"):
        cases += [(None, None), ((2, 3, 8), (0, 1, 2)), (None, (1, 1)), ((4, 2), (0, 0))]
    for s, axes in cases:
        expected = theirs(x, s, axes, norm)
        assert_close(ours(x, s, axes, norm), expected)
        assert_close(theirs(tensor(x), s=s, axes=axes, norm=norm), expected)
        assert_close(ours(x, s=s, dim=axes, norm=norm), expected)
    assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("name", sorted(ALL))
def test_derivatives_of_first_and_second_order_in_both_modes(name):
    transform, x = getattr(fft, name), given_to(name)[:2, :3, :4]
    options = [{}, {"norm": "ortho"}, {"n": 3} if name in ONE_AXIS else {"s": (2, 5), "axes": (1, 2)}]
    for kwargs in options:
        gradcheck(lambda z, kwargs=kwargs: transform(z * z, **kwargs) ** 2, x)


@pytest.mark.parametrize("name", [*OF_HALF, "irfftn"])
def test_a_real_half_spectrum_has_a_real_gradient(name):
    x = X.astype(np.float32)
    g = grad(lambda x: (getattr(np.fft, name)(x) ** 2).sum())(x)
    assert g.dtype == np.float32
    gradcheck(lambda x: getattr(fft, name)(x) ** 2, X[0, :2, :3])


@given(st.integers(1, 9), st.sampled_from(NORMS), st.sampled_from(["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]))
def test_a_jacobian_is_the_matrix_of_the_transform(n, norm, name):
    transform = getattr(fft, name)
    size = n // 2 + 1 if name in OF_HALF else n
    x = RNG.uniform(-1, 1, size) + (0 if name in OF_REAL else 1j * RNG.uniform(-1, 1, size))
    columns = np.stack([transform(unit.astype(x.dtype), n, norm=norm) for unit in np.eye(size)], -1)
    if name in OF_HALF:  # of real results ∂f/∂a - i·∂f/∂b
        columns = columns - 1j * np.stack([transform(1j * unit, n, norm=norm) for unit in np.eye(size)], -1)
    for mode in (jacobian, jacfwd):
        np.testing.assert_allclose(mode(lambda x: transform(x, n, norm=norm))(x), columns, atol=1e-12)


def test_the_power_of_a_signal_and_parsevals_theorem():
    x = X[0, 0]
    np.testing.assert_allclose(grad(lambda x: (abs(np.fft.fft(x, norm="ortho")) ** 2).sum())(x), 2 * x)
    z = Z[0, 0]
    np.testing.assert_allclose(grad(lambda z: (abs(np.fft.fft(z, norm="ortho")) ** 2).sum())(z), 2 * np.conj(z))
    t = tensor(z, requires_grad=True)
    (np.fft.ifft(np.fft.fft(t)) * 1j).imag.sum().backward()
    np.testing.assert_allclose(t.grad.data, np.ones(5), atol=1e-14)


def test_convolution_by_transforms():
    a, b = X[0, 0], X[1, 0]
    circular = lambda a: fft.irfft(fft.rfft(a, 9) * fft.rfft(b, 9), 9)
    np.testing.assert_allclose(circular(a), np.convolve(a, b), atol=1e-14)
    np.testing.assert_allclose(jvp(circular, (a,), (b,))[1], np.convolve(b, b), atol=1e-14)


@pytest.mark.parametrize("name", sorted(ALL))
def test_single_precision_stays_single(name):
    x = given_to(name)
    single = x.astype(np.complex64 if x.dtype.kind == "c" else np.float32)
    out = getattr(fft, name)(tensor(single, requires_grad=True))
    assert out.dtype == getattr(np.fft, name)(single).dtype
    assert out.dtype in (np.float32, np.complex64)
    t = tensor(single, requires_grad=True)
    assert gradients(abs(getattr(fft, name)(t)).sum(), t)[0].dtype == single.dtype


def test_integers_are_transformed_in_double_precision():
    assert_close(fft.fft([1, 2, 3]), np.fft.fft([1, 2, 3]))
    assert_close(fft.irfft(np.array([1, 2, 3])), np.fft.irfft([1, 2, 3]))


def test_memory_layouts_and_empty_batches():
    x = np.asfortranarray(Z).transpose(1, 0, 2)[::-1, :, ::2]
    assert_close(fft.fftn(tensor(x), axes=(0, 2)), np.fft.fftn(x, axes=(0, 2)))
    t = tensor(np.zeros((0, 4)), requires_grad=True)
    out = fft.rfft(t)
    assert out.shape == (0, 3)
    assert gradients(abs(out).sum(), t)[0].shape == (0, 4)
    assert fft.fftn(tensor(X), axes=()).dtype == np.float64


def test_frequencies():
    for n in range(1, 8):
        for d in (1.0, 0.25):
            assert_close(fft.fftfreq(n, d, dtype="float64"), np.fft.fftfreq(n, d))
            assert_close(fft.rfftfreq(n, d, dtype="float64"), np.fft.rfftfreq(n, d))
    assert fft.fftfreq(4).dtype == np.float32
    assert grad(lambda d: fft.fftfreq(4, d).sum())(2.0) == pytest.approx(0.5 / 4)


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
@pytest.mark.parametrize("axes", [None, 1, (0, 2), (-1,)])
def test_shifts(name, axes):
    expected = getattr(np.fft, name)(X, axes)
    assert_close(getattr(fft, name)(X, axes), expected)
    assert_close(getattr(np.fft, name)(tensor(X), axes), expected)
    if axes is not None:
        assert_close(getattr(fft, name)(X, dim=axes), expected)
    gradcheck(lambda x: getattr(fft, name)(x, axes) ** 2, X[:2, :2, :3])


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda: fft.fft(X, 0), ValueError, "fft: at least one element must be transformed, got 0"),
        (lambda: fft.irfft(Z[..., :1]), ValueError, "irfft: at least one element"),
        (lambda: fft.fft(X, norm="orto"), ValueError, "fft: norm must be 'backward', 'ortho' or 'forward', got 'orto'"),
        (lambda: fft.fftn(X, norm="none"), ValueError, "fftn: norm must be"),
        (lambda: fft.rfft(Z), TypeError, "rfft wants real numbers, got dtype complex128; use fft"),
        (lambda: fft.rfft2(Z), TypeError, "rfft2 wants real numbers"),
        (lambda: fft.fft(X, axis=3), np.exceptions.AxisError, "fft: axis 3 for an array of shape"),
        (lambda: fft.fft(1.0), np.exceptions.AxisError, "the array is 0-d"),
        (lambda: fft.fftn(X, (1, 2), (0,)), ValueError, r"s=\(1, 2\) gives 2 lengths for 1 axes"),
        (lambda: fft.fftn(X[0, 0], (1, 2)), ValueError, "for 2 axes of an array"),
        (lambda: fft.rfftn(X, axes=()), ValueError, "rfftn wants at least one axis"),
        (lambda: fft.fftfreq(0), ValueError, "fftfreq: at least one"),
        (lambda: fft.fft(X, 2.5), TypeError, "float"),
    ],
)
def test_refusals(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_vmap_and_trace():
    for name in ("fft", "irfft", "rfft"):
        transform, x = getattr(fft, name), given_to(name)[0]
        assert_close(autograd.vmap(transform)(x), transform(x))
    program = autograd.trace(lambda x: abs(fft.rfft(x)), tensor(X))
    assert "rdft" in [i.primitive.name for i in program.instructions]
