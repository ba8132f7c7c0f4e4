"""Jacobians and Hessians in one sweep: the same as one direction after the other, for every primitive."""

from zlib import crc32

import numpy as np
import pytest

import autograd
from autograd import hessian, jacfwd, jacobian, jacrev, tensor, vmap
from autograd.dtypes import is_differentiable
from autograd.primitive import registry
from autograd.sampling import Sampler

autograd.ops.load_all()
SAMPLED = {name: p for name, p in registry.items() if p.samples is not None and p.differentiable}
RNG = np.random.default_rng(0)
X, W = RNG.standard_normal(3), RNG.standard_normal((4, 3))


@pytest.mark.parametrize("name", SAMPLED)
@pytest.mark.parametrize("derivative", [jacrev, jacfwd])
def test_all_directions_at_once_equal_one_after_the_other(name, derivative):
    p = SAMPLED[name]
    for seed in range(2):
        args, params = p.samples(Sampler(np.random.default_rng([crc32(name.encode()), seed])))
        floating = [i for i, a in enumerate(args) if np.asarray(a).dtype.kind == "f"]

        def fun(xs, args=args, params=params, floating=floating):
            mixed = list(args)
            for i, x in zip(floating, xs, strict=True):
                mixed[i] = (x * 2 - x) + 0 * xs[0].sum()
            outs = p.fn(*mixed, **params)
            outs = outs if p.outputs > 1 else (outs,)
            return [o * 3 for o in outs if isinstance(o, autograd.Tensor) and is_differentiable(o.dtype)]

        xs = [np.asarray(args[i]) for i in floating]
        if not xs:
            continue
        for of_result, alone in zip(derivative(fun)(xs), derivative(fun, chunk_size=1)(xs), strict=True):
            for d, e in zip(of_result, alone, strict=True):
                assert (np.shape(d), d.dtype) == (np.shape(e), e.dtype)
                np.testing.assert_allclose(d, e, 1e-11, 1e-11)


@pytest.mark.parametrize("chunk", [None, 1, 2, 5, 100])
def test_chunks(chunk):
    f = lambda x: np.tanh(W @ x)
    want = (1 - f(X) ** 2)[:, None] * W
    np.testing.assert_allclose(jacrev(f, chunk_size=chunk)(X), want)
    np.testing.assert_allclose(jacfwd(f, chunk_size=chunk)(X), want)
    np.testing.assert_allclose(jacobian(f, mode="forward", chunk_size=chunk)(X), want)
    np.testing.assert_allclose(hessian(lambda x: (x**3).sum(), chunk_size=chunk)(X), np.diag(6 * X))


def test_results_are_arrays_of_their_own():
    first, second = jacobian(lambda a, b: a + b, (0, 1))(X, X)
    assert first.flags.writeable
    assert not np.shares_memory(first, second)
    assert np.array_equal(first, np.eye(3))
    assert isinstance(jacobian(np.sin)(tensor(X)), autograd.Tensor)
    assert jacobian(np.sin)(np.float32(X)).dtype == np.float32


def test_a_jacobian_can_be_differentiated():
    f = lambda x: np.sin(W @ x) * (W @ x)
    total = lambda x: (jacobian(f)(x) ** 2).sum()
    forward = lambda x: (jacfwd(f)(x) ** 2).sum()
    np.testing.assert_allclose(autograd.grad(total)(X), autograd.grad(forward)(X))
    autograd.gradcheck(total, X, order=1)
    third = jacobian(hessian(lambda x: (np.sin(x).sum()) ** 3))(X)
    np.testing.assert_allclose(third, np.transpose(third, (2, 0, 1)))


def test_broadcast_and_shared_operands():
    f = lambda a, b: [a * b + np.exp(a) - a.sum(), (a * a[:, ::-1]).mean(0) * b.reshape(-1)]
    a, b = RNG.standard_normal((2, 3)), RNG.standard_normal((1, 3))
    for at_once, alone in zip(jacobian(f, (0, 1))(a, b), jacrev(f, (0, 1), 1)(a, b), strict=True):
        for d, e in zip(at_once, alone, strict=True):
            np.testing.assert_allclose(d, e)


def test_what_asks_for_values_goes_one_after_the_other():
    calls = []

    @autograd.primitive(x=lambda g, x: np.asarray([float(v) for v in g]) * 2 * x)
    def square(x):
        "x², with a rule that leaves NumPy."
        return x**2

    np.testing.assert_allclose(jacobian(square)(X), np.diag(2 * X))

    def hooked(x):
        y = x * 2
        y.register_hook(calls.append)
        return np.sin(y)

    np.testing.assert_allclose(jacobian(hooked)(X), np.diag(2 * np.cos(2 * X)))
    assert [c.shape for c in calls] == [(3,)] * 3


def test_own_primitives_go_at_once():
    seen = []

    @autograd.primitive(x=lambda g, x: seen.append(g.shape) or g * 2 * x)
    def square(x):
        "x², elementwise."
        return x**2

    np.testing.assert_allclose(jacobian(square)(X), np.diag(2 * X))
    assert seen == [(3,)]


def test_no_result_and_no_argument():
    assert jacobian(lambda x: x[:0])(X).shape == (0, 3)
    assert jacfwd(lambda x: np.zeros(2) + x.sum())(np.zeros(0)).shape == (2, 0)
    assert np.array_equal(jacobian(lambda x: np.ones(2))(X), np.zeros((2, 3)))
    assert jacobian(lambda x: x * 2)(3.0) == 2.0


def test_draws_and_checkpoints_are_of_the_one_run():
    def noisy(x):
        return autograd.dropout(x * x, 0.5)

    autograd.manual_seed(0)
    d = jacobian(autograd.checkpoint(noisy))(RNG.standard_normal(50))
    assert np.count_nonzero(d - np.diag(np.diag(d))) == 0
    assert 5 < np.count_nonzero(np.diag(d)) < 45


def test_inside_vmap_and_under_a_trace():
    f = lambda x: np.tanh(W @ x)
    xs = RNG.standard_normal((5, 3))
    for derivative in (jacrev, jacfwd):
        np.testing.assert_allclose(vmap(derivative(f))(xs), np.stack([derivative(f)(x) for x in xs]))
    np.testing.assert_allclose(vmap(hessian(lambda x: f(x).sum()))(xs)[2], hessian(lambda x: f(x).sum())(xs[2]))
    program = autograd.trace(jacobian(f), X)
    np.testing.assert_allclose(program(2 * X), jacobian(f)(2 * X))


_COMPLEX_FACTORS = np.array([0.5 + 2j, -1 + 0.3j, 0.8 - 0.7j])
_COMPLEX_MATRIX = np.arange(9).reshape(3, 3) * (0.3 - 0.2j) + np.eye(3) * 1j
BY_WAY_OF_COMPLEX_NUMBERS = {
    "fft": lambda x: np.real(np.fft.fft(np.exp(1j * x))),
    "fft of a product": lambda x: np.abs(np.fft.fft(x * _COMPLEX_FACTORS)) ** 2,
    "matrix": lambda x: np.imag(_COMPLEX_MATRIX @ (_COMPLEX_FACTORS * x)),
    "broadcast": lambda x: np.real(np.sum(_COMPLEX_FACTORS * x) * _COMPLEX_FACTORS),
    "conjugate": lambda x: np.real(np.fft.ifft(np.exp(_COMPLEX_FACTORS * x) * np.conj(_COMPLEX_FACTORS * x))),
}


@pytest.mark.parametrize("name", BY_WAY_OF_COMPLEX_NUMBERS)
def test_real_functions_by_way_of_complex_numbers(name):
    f, x = BY_WAY_OF_COMPLEX_NUMBERS[name], np.array([0.3, 0.4, 0.5])
    expected = np.stack([(f(x + 1e-6 * e) - f(x - 1e-6 * e)) / 2e-6 for e in np.eye(3)], axis=-1)
    found = jacobian(f)(x)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(jacobian(f, mode="forward")(x), expected, rtol=1e-7, atol=1e-8)
    slope = autograd.grad(lambda x: np.sum(f(x) ** 2))
    expected = np.stack([(slope(x + 1e-6 * e) - slope(x - 1e-6 * e)) / 2e-6 for e in np.eye(3)], axis=-1)
    found = hessian(lambda x: np.sum(f(x) ** 2))(x)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_derivatives_of_float32_stay_float32():
    x = np.array([1.0, 2.0], np.float32)
    assert jacobian(lambda x: x * np.float64(2) * x)(x).dtype == np.float32
    assert hessian(lambda x: np.sum(x * np.float64(2) * x))(x).dtype == np.float32
