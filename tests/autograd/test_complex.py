"""Complex numbers through the engine: the convention inside, PyTorch's at its face, JAX's and HIPS's of transforms."""

import numpy as np
import pytest

import autograd
from autograd import (
    grad,
    gradients,
    hessian,
    holomorphic_grad,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    primitive,
    tensor,
    value_and_grad,
    vjp,
)
from autograd.testing import assert_close

Z = np.array([1 + 2j, -0.5 + 0.3j, 0.7 - 1.1j])
X = np.array([0.4, -1.2, 2.0])
A = np.array([[1, 2j, 0.5], [3, -1j, 1 + 1j]])


def parts(f, z):
    """∂f/∂a and ∂f/∂b of a real function of z = a + ib, by central differences."""
    step, found = 1e-6, []
    for direction in (1, 1j):
        d = np.zeros(z.shape)
        for index in np.ndindex(z.shape):
            unit = np.zeros(z.shape, complex)
            unit[index] = direction * step
            d[index] = (f(z + unit) - f(z - unit)) / (2 * step)
        found.append(d)
    return found


REAL_OF_COMPLEX = [
    lambda z: (abs(z) ** 2).sum(),
    lambda z: (np.sin(z) * np.conj(z)).real.sum(),
    lambda z: abs(A @ np.exp(z) + z[0]).sum(),
    lambda z: (np.angle(z) * z.imag).sum(),
    lambda z: np.sign(z * z).imag.sum() + autograd.view_as_real(z).prod(),
    lambda z: abs(autograd.complex(z.real * 2, abs(z)) * z).sum(),
    lambda z: (abs(np.roots(z)) ** 3).sum(),
]


@pytest.mark.parametrize("f", REAL_OF_COMPLEX)
def test_both_conventions(f):
    da, db = parts(lambda z: float(np.asarray(autograd.stop_gradient(f(tensor(z))).item())), Z)
    np.testing.assert_allclose(grad(f)(Z), da - 1j * db, rtol=1e-6, atol=1e-6)
    t = tensor(Z, requires_grad=True)
    f(t).backward()
    np.testing.assert_allclose(t.grad.data, da + 1j * db, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(gradients(f(t), t)[0].data, da + 1j * db, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("f", REAL_OF_COMPLEX)
def test_second_derivatives_in_all_modes(f):
    autograd.gradcheck(lambda a, b: f(autograd.complex(a, b)), Z.real.copy(), Z.imag.copy())
    v = np.array([1j, 0.3 - 1j, -2.0])
    _, (forward,) = hvp(f, (Z,), (v,))
    reverse = grad(lambda z: (grad(f)(z) * v).real.sum())(Z)
    mixed = grad(lambda z: jvp(f, (z,), (v,))[1])(Z)
    np.testing.assert_allclose(forward, reverse, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(mixed, reverse, rtol=1e-9, atol=1e-12)


def test_real_arguments_have_real_adjoints_wherever_complex_numbers_come_in():
    def f(x, z):
        w = x * z + 1j * x - x / z + z**2 * np.exp(1j * x)
        return abs(A @ w).sum() + w.imag.sum()

    g, h = grad(f, (0, 1))(X, Z)
    assert g.dtype == np.float64
    assert h.dtype == np.complex128
    step = 1e-6 * np.eye(3)
    np.testing.assert_allclose(g, [(f(X + d, Z) - f(X - d, Z)) / 2e-6 for d in step], rtol=1e-6)
    x = tensor(X.astype(np.float32), requires_grad=True)
    inner = x * 2
    inner.retain_grad()
    f(inner, Z.astype(np.complex64)).backward()
    assert x.grad.dtype == inner.grad.dtype == np.float32


def test_a_real_adjoint_is_taken_where_the_real_value_is():
    # The imaginary part of what arrives at |z| must not leak into z through the rule of abs.
    f = lambda z: (abs(z) * (1 + 2j) * np.exp(1j * z)).real
    da, db = parts(f, np.array(0.3 + 0.4j))
    np.testing.assert_allclose(grad(f)(0.3 + 0.4j), da - 1j * db, rtol=1e-8)


def test_ones_own_primitives_may_mix_real_and_complex_numbers():
    @primitive(x=lambda g, z: g * np.conj(z), z=lambda g, x, z: 2 * x * g)
    def shady(x, z):
        """Real of a real and a complex argument; its rules may give complex adjoints."""
        return (x * np.conj(z)).real

    @primitive(x=lambda g: g * (1 + 1j))
    def turned(x):
        """x turned by 45 degrees and stretched."""
        return x * (1 + 1j)

    t = tensor(X, requires_grad=True)
    assert gradients(shady(t, Z).sum(), t)[0].dtype == np.float64
    d = grad(lambda x: (turned(x) * 1j).real.sum())(X)
    assert_close(d, -np.ones(3))
    assert_close(jvp(turned, (X,), (np.ones(3),))[1], np.full(3, 1 + 1j))
    assert_close(grad(lambda x: jvp(turned, (x,), (x,))[1].imag.sum())(X), np.ones(3))


# --- PyTorch's face ---------------------------------------------------------------------------------------------------


def test_an_adjoint_to_start_from_is_pytorchs():
    t = tensor(Z, requires_grad=True)
    (t * t).backward(np.array([1, 1j, 2 - 1j]))
    np.testing.assert_allclose(t.grad.data, np.array([1, 1j, 2 - 1j]) * np.conj(2 * Z))
    (d,) = gradients(t * t, t, tensor([1, 1j, 2 - 1j]), create_graph=True)
    np.testing.assert_allclose(d.data, np.array([1, 1j, 2 - 1j]) * np.conj(2 * Z), rtol=1e-6)
    assert d.requires_grad


def test_a_complex_result_needs_an_adjoint():
    t = tensor(1j, requires_grad=True)
    for call in ((t * t).backward, lambda: gradients(t * t, t)):
        with pytest.raises(RuntimeError, match=r"dtype complex64 needs `gradient`.*\.abs\(\) or \.real"):
            call()


def test_hooks_and_retained_gradients_are_pytorchs():
    seen = []
    t = tensor(Z, requires_grad=True)
    y = t * 2
    y.retain_grad()
    y.register_hook(lambda g: seen.append(g.data.copy()))
    y.register_hook(lambda g: g * 1j)
    (y * 1j).real.sum().backward()
    np.testing.assert_allclose(seen[0], np.full(3, -1j))
    np.testing.assert_allclose(y.grad.data, np.full(3, 1))
    np.testing.assert_allclose(t.grad.data, np.full(3, 2))
    x = tensor(X, requires_grad=True)
    x.register_hook(lambda g: g * 1j)
    with pytest.raises(TypeError, match="hook returned complex numbers for a real gradient"):
        x.sum().backward()


def test_descent_along_the_gradient_finds_the_minimum():
    target = np.array([2 - 1j, -3j, 0.5])
    t = tensor(np.zeros(3, complex), requires_grad=True)
    for _ in range(60):
        loss = (abs(t - target) ** 2).sum()
        t.grad = None
        loss.backward()
        with autograd.no_grad():
            t.data = t.data - 0.2 * t.grad.data
    np.testing.assert_allclose(t.data, target, atol=1e-9)


def test_checkpoint_trace_and_anomalies_know_complex_numbers():
    f = lambda z: (abs(np.exp(z) * z) ** 2).sum()
    want = grad(f)(Z)
    np.testing.assert_allclose(grad(autograd.checkpoint(f))(Z), want)
    program = autograd.trace(grad(f), tensor(Z))
    assert program.outputs[0].dtype == np.complex128
    with autograd.detect_anomaly():
        np.testing.assert_allclose(grad(f)(Z), want)
        z = tensor([0j], requires_grad=True)
        with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="divide"):
            (1 / z).real.backward()


def test_updates_in_place():
    t = tensor(Z, requires_grad=True) * 1
    with pytest.raises(TypeError, match="complex"):
        tensor(X)[0] = t[0]
    assert_close(grad(lambda z: abs(_stored(z)).sum())(Z), grad(lambda z: abs(z[1:]).sum())(Z))


def _stored(z):
    z = z * 1
    z[0] = 1j
    return z


# --- transforms -------------------------------------------------------------------------------------------------------


def test_python_numbers_give_python_numbers():
    value, d = value_and_grad(lambda z: abs(z) ** 2)(1 + 2j)
    assert (value, d) == (pytest.approx(5), pytest.approx(2 - 4j))
    assert (type(value), type(d)) == (float, complex)
    assert type(jvp(lambda z: z * z, (1j,), (1.0,))[1]) is complex
    assert type(grad(lambda x: (x * 1j).imag)(2.0)) is float


def test_grad_wants_a_real_result():
    with pytest.raises(TypeError, match=r"grad wants .* real numbers, got dtype complex128; use holomorphic_grad"):
        grad(lambda z: z * z)(1j)
    with pytest.raises(TypeError, match=r"elementwise_grad wants .* real"):
        autograd.elementwise_grad(np.exp)(Z)


def test_adjoints_and_tangents_of_real_values_are_real():
    with pytest.raises(TypeError, match=r"adjoint of complex numbers for a result of dtype float64; take its \.real"):
        vjp(abs, Z)[1](Z)
    with pytest.raises(TypeError, match=r"tangent of complex numbers for a primal of dtype float64"):
        jvp(np.exp, (X,), (Z,))


def test_vjp_and_jvp():
    _, pull = vjp(lambda z: A @ (z * z), Z)
    u = np.array([1 - 1j, 2j])
    np.testing.assert_allclose(pull(u)[0], u @ A * 2 * Z)
    _, tangent = jvp(lambda z: A @ (z * np.conj(z)), (Z,), (X * 1j,))
    np.testing.assert_allclose(tangent, A @ (2 * (Z * np.conj(X * 1j)).real), atol=1e-14)


def test_holomorphic_grad():
    df = holomorphic_grad(lambda z: np.sin(z) * z)
    assert df(1 + 2j) == pytest.approx(np.cos(1 + 2j) * (1 + 2j) + np.sin(1 + 2j))
    assert holomorphic_grad(holomorphic_grad(lambda z: z**4))(1j) == pytest.approx(-12)
    np.testing.assert_allclose(holomorphic_grad(lambda z: (A @ z**2).sum())(Z), A.sum(0) * 2 * Z)
    a, b = holomorphic_grad(lambda z, w: z * w**2, (0, 1))(1j, 2 + 1j)
    assert (a, b) == (pytest.approx((2 + 1j) ** 2), pytest.approx(2j * (2 + 1j)))


@pytest.mark.parametrize(
    "f, z, text",
    [
        (lambda z: z * z, 1.0, "wants complex arguments, got dtype float64; use grad"),
        (abs, 1j, "returns a complex number, got dtype float64.*Use grad"),
        (lambda z: z * np.conj(z), 1 + 1j, "not analytic here"),
        (lambda z: z, Z, "returns one number"),
    ],
)
def test_holomorphic_grad_refuses(f, z, text):
    with pytest.raises(TypeError, match=text):
        holomorphic_grad(f)(z)


@pytest.mark.parametrize("mode", [jacrev, jacfwd])
def test_jacobians(mode):
    np.testing.assert_allclose(mode(lambda z: A @ z**2)(Z), A * 2 * Z)
    np.testing.assert_allclose(mode(lambda x: A @ x**2)(X), A * 2 * X, atol=1e-14)
    w = A @ Z
    np.testing.assert_allclose(mode(lambda z: abs(A @ z) ** 2)(Z), 2 * np.conj(w)[:, None] * A)
    both = mode(lambda x, z: x * z, (0, 1))(X, Z)
    np.testing.assert_allclose(both[0], np.diag(Z))
    np.testing.assert_allclose(both[1], np.diag(X))
    with pytest.raises(TypeError, match="jacobian: the function is not analytic"):
        mode(lambda z: A @ np.conj(z))(Z)
    with pytest.raises(TypeError, match="jacobian: the function is not analytic"):
        mode(lambda z: np.stack([z[0].real + 0j, z[1]]))(Z)
    np.testing.assert_allclose(jacobian(mode(lambda z: z**3))(np.array([1j])), [[[6j]]])


def test_hessians():
    np.testing.assert_allclose(hessian(lambda x: abs(np.exp(1j * x) + 1) ** 2)(0.5), -2 * np.cos(0.5))
    with pytest.raises(TypeError, match="not analytic"):
        hessian(lambda z: abs(z) ** 2)(1j)


# --- parts of complex numbers -----------------------------------------------------------------------------------------


def test_parts():
    t = tensor(Z, requires_grad=True)
    assert t.is_complex()
    for mine, theirs in (
        (t.real, Z.real),
        (t.imag, Z.imag),
        (np.real(t), Z.real),
        (np.imag(t), Z.imag),
        (t.conj(), np.conj(Z)),
        (np.conjugate(t), np.conj(Z)),
        (t.angle(), np.angle(Z)),
        (np.angle(t, deg=True), np.angle(Z, deg=True)),
        (abs(t), abs(Z)),
        (np.sign(t), np.sign(Z)),
        (autograd.polar(abs(t), t.angle()), Z),
    ):
        assert mine.requires_grad
        assert_close(mine.detach(), theirs)
    assert autograd.isreal(t).tolist() == [False] * 3
    assert autograd.real_if_close(t) is t
    assert np.real_if_close(t * 0 + 1).dtype == np.float64


def test_parts_of_real_numbers():
    t = tensor(X, requires_grad=True)
    assert t.real is t
    assert t.conj().requires_grad
    assert not t.is_complex()
    assert t.imag.tolist() == [0, 0, 0]
    assert not t.imag.requires_grad
    assert t.angle().tolist() == pytest.approx([0, np.pi, 0])
    assert not t.angle().requires_grad
    assert np.sign(t).tolist() == [1, -1, 1]
    assert not np.sign(t).requires_grad
    for wrong in (autograd.view_as_real, lambda t: autograd.complex(t, 1j)):
        with pytest.raises(TypeError, match="complex"):
            wrong(t)
    with pytest.raises(ValueError, match=r"last axis of length 2 .* got shape \(3,\)"):
        autograd.view_as_complex(t)
    with pytest.raises(TypeError, match="wants real floating numbers"):
        autograd.view_as_complex(t * 1j)


def test_derivatives_at_zero_are_zero():
    for f in (abs, np.angle, lambda z: np.sign(z).real):
        assert grad(f)(0j) == 0


def test_dtypes():
    z = tensor(Z, dtype="complex64", requires_grad=True)
    assert (z.real.dtype, abs(z).dtype, np.angle(z).dtype) == (np.float32,) * 3
    (abs(z) * z.imag).sum().backward()
    assert z.grad.dtype == np.complex64
    assert autograd.complex(tensor([1.0]), tensor([2.0])).dtype == np.complex64
    assert (z.cdouble().dtype, z.cfloat().dtype) == (np.complex128, np.complex64)
    for f in (autograd.view_as_real, abs, autograd.conj):
        assert grad(lambda z, f=f: f(z).real.sum())(np.zeros((0, 2), complex)).shape == (0, 2)
    at_random = np.asfortranarray(np.outer(Z, Z)).T[::2]
    assert_close(autograd.view_as_complex(autograd.view_as_real(at_random)), at_random)
