"""autograd.special: SciPy's values, derivatives of every argument, accuracy in the tails, and what is refused."""

import numpy as np
import pytest
import scipy.special as sp
from hypothesis import given, settings, strategies as st

import autograd
from autograd import Tensor, grad, gradcheck, special, tensor

A, B = np.array([0.7, 1.5, 3.2]), np.array([2.3, 0.9, 1.1])
N, P, X = np.array([0, 1, 3]), np.array([0.2, 0.5, 0.85]), np.array([0.4, 1.3, 2.9])
ONE = (
    "cbrt cosdg cosm1 cotdg dawsn digamma ellipkm1 entr erf erfc erfcx erfi exp1 exp10 exp2 expi expm1 exprel gamma "
    "gammaln gammasgn i0 i0e i1 i1e j0 j1 k0 k0e k1 k1e log1p log_expit log_ndtr loggamma ndtr psi rgamma sindg spence "
    "tandg wrightomega y0 y1 zetac expit factorial sinc zeta airy fresnel shichi sici"
)
TWO = (
    "beta betaln binom boxcox boxcox1p chdtr chdtrc gammainc gammaincc huber hyp0f1 inv_boxcox inv_boxcox1p iv ive jn "
    "jv kl_div kv kve owens_t poch pseudo_huber rel_entr stdtr xlog1py xlogy yv comb perm"
)
INTEGER = "expn kn polygamma yn pdtr pdtrc spherical_in spherical_jn spherical_kn spherical_yn"
CALLS = [
    (ONE, (X,)),
    ("ndtri_exp log_ndtr gamma gammaln gammasgn rgamma digamma zeta erfcx", (-X,)),
    ("ellipe ellipk erfcinv erfinv logit ndtri", (P,)),
    (TWO, (B, A)),
    (INTEGER, (N, X)),
    ("chdtri gammainccinv gammaincinv stdtrit ellipeinc ellipkinc", (A, P)),
    ("fdtr fdtrc gdtr gdtrc hyp1f1", (A, B, X)),
    ("betainc betaincc betainccinv betaincinv fdtri", (A, B, P)),
    ("bdtr bdtrc", (N, np.array([4, 4, 4]), P)),
    ("nbdtr nbdtrc", (N, N + 2, P)),
    ("hyp2f1", (A, B, X, P)),
]
CASES = [(name, args) for names, args in CALLS for name in names.split()]


def both(name, args):
    """What SciPy gives, and what we give, as tuples."""
    theirs, ours = getattr(sp, name)(*args), getattr(special, name)(*args)
    return theirs if isinstance(theirs, tuple) else (theirs,), ours if isinstance(ours, tuple) else (ours,)


@pytest.mark.parametrize("name, args", CASES)
def test_values_are_scipys(name, args):
    for theirs, ours in zip(*both(name, args), strict=True):
        assert isinstance(ours, np.ndarray)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    for theirs, ours in zip(*both(name, tuple(a[0].item() for a in args)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
        assert np.asarray(ours).dtype == np.float64


@pytest.mark.parametrize("name, args", CASES)
def test_scipys_ufuncs_take_tensors_and_singles_stay_singles(name, args):
    if name == "gammasgn":
        return
    ours = getattr(special, name)
    singles = [a.astype(np.float32) if a.dtype.kind == "f" else int(a[1]) for a in args]
    t = tensor(singles[-1], requires_grad=True)
    out = ours(*singles[:-1], t)
    out = out if isinstance(out, tuple) else (out,)
    assert all(y.dtype == np.float32 for y in out)
    sum(y.sum() for y in out).backward()
    assert t.grad.dtype == np.float32
    theirs = getattr(sp, name)
    if isinstance(theirs, np.ufunc):
        again = theirs(*args[:-1], tensor(args[-1], requires_grad=True))
        for y in again if isinstance(again, tuple) else (again,):
            assert isinstance(y, Tensor)
            assert y.requires_grad


def test_every_public_function_is_compared_here():
    torch_names = {n for n in special.__all__ if n.startswith(("bessel_", "modified_", "scaled_", "spherical_bessel"))}
    torch_names |= {"airy_ai", "igamma", "igammac", "lgamma", "mvlgamma", "round"}
    others = {"hankel1", "hankel2", "lambertw", "wofz"}
    sums = {"log_softmax", "logsumexp", "softmax", "multigammaln"}
    assert set(special.__all__) == {name for name, _ in CASES} | torch_names | sums | others


# --- functions that are no primitives of their own --------------------------------------------------------------------

FEW = settings(max_examples=6)
positive = st.floats(0.3, 3)


@pytest.mark.parametrize("name", ["boxcox", "boxcox1p", "chdtr", "chdtrc", "stdtr"])
@FEW
@given(a=positive, b=positive)
def test_compositions_of_two(name, a, b):
    gradcheck(getattr(special, name), a, b)


@pytest.mark.parametrize("name", ["fdtr", "fdtrc", "gdtr", "gdtrc"])
@FEW
@given(a=positive, b=positive, c=positive)
def test_compositions_of_three(name, a, b, c):
    gradcheck(getattr(special, name), a, b, c)


@FEW
@given(a=positive, p=st.floats(0.05, 0.95))
def test_compositions_with_probabilities(a, p):
    gradcheck(special.chdtri, a, p)
    gradcheck(lambda p: special.fdtri(a, 2.0, p), p)
    gradcheck(lambda p: special.bdtr(1, 3, p) + special.bdtrc(1, 3, p) ** 2, p)
    gradcheck(lambda a, p: special.nbdtr(2, a, p) + special.nbdtrc(1, a, p) ** 2, a, p)
    gradcheck(lambda a: special.pdtr(2, a) + special.pdtrc(1, a) ** 2, a)


def test_choices_and_factorials():
    for f in (special.comb, special.perm):
        gradcheck(f, np.array([4.2, 5.0]), np.array([1.5, 2.0]))
        assert list(f(np.array([2.0, 2.0, -1.0]), np.array([3.0, -1.0, 0.0]))) == [0, 0, 0]
        np.testing.assert_array_equal(grad(lambda n, f=f: f(n, 3.0).sum())(np.array([2.0, 1.0])), [0, 0])
    assert special.comb(4.0, 2.0, repetition=True) == 10
    gradcheck(special.factorial, np.array([0.5, 3.0]))
    assert special.factorial(-1.0) == 0


@pytest.mark.parametrize("name, points", [("boxcox", (0.0, 1e-9, 0.5)), ("inv_boxcox", (0.0, 1e-5, 1e-3, 1e-2))])
def test_boxcox_is_smooth_at_zero(name, points):
    f = getattr(special, name)
    for lmbda in points:
        gradcheck(f, 1.7, lmbda)
        near = grad(grad(f, 1), 1)(1.7, lmbda)
        log = np.log(1.7)
        limit = log**3 / 3 if name == "boxcox" else np.exp(1.7) * (1.7**4 / 4 + 2 * 1.7**3 / 3)
        assert near == pytest.approx(limit, rel=20 * lmbda + 1e-7)


def test_multigammaln():
    np.testing.assert_allclose(special.multigammaln(X + 2, 3), sp.multigammaln(X + 2, 3))
    gradcheck(lambda a: special.multigammaln(a, 3), X.reshape(3, 1) + 2)
    with pytest.raises(ValueError, match="d must be a positive integer"):
        special.multigammaln(X, 1.5)
    with pytest.raises(ValueError, match=r"a must be above \(d - 1\)/2 = 1.0, got 0.4"):
        special.multigammaln(tensor(X), 3)


def test_under_vmap():
    np.testing.assert_allclose(
        autograd.vmap(lambda a: special.multigammaln(a, 2))(X + 1), special.multigammaln(X + 1, 2)
    )
    np.testing.assert_allclose(autograd.vmap(lambda x: special.airy(x)[1])(X), sp.airy(X)[1])
    np.testing.assert_allclose(autograd.vmap(grad(special.gammainc), (0, None))(A, 1.5), grad_of_each(A))


def grad_of_each(shapes):
    return [grad(special.gammainc)(a, 1.5) for a in shapes]


@pytest.mark.parametrize("axis, keepdims", [(None, False), (0, True), (-1, False), ((0, 1), True)])
def test_logsumexp_with_weights(axis, keepdims):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 3)), rng.uniform(0.1, 2, (2, 1))
    for weights in (None, b, -b):
        theirs = sp.logsumexp(a, axis, b=weights, keepdims=keepdims, return_sign=True)
        ours = special.logsumexp(a, axis, weights, keepdims, True)
        for x, y in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-14)
    gradcheck(lambda a, b: special.logsumexp(a, axis, b, keepdims), a, b)
    np.testing.assert_allclose(special.softmax(a, axis), sp.softmax(a, axis))
    np.testing.assert_allclose(special.log_softmax(a, axis), sp.log_softmax(a, axis))


def test_logsumexp_of_weights_0():
    a = tensor([0.0, 1000.0, -np.inf], dtype="float64", requires_grad=True)
    b = tensor([2.0, 0.0, 1.0], dtype="float64", requires_grad=True)
    out = special.logsumexp(a, b=b)
    out.backward()
    assert out.item() == np.log(2)
    np.testing.assert_array_equal(a.grad, [1, 0, 0])
    assert b.grad[0].item() == 0.5
    assert b.grad[1].item() > 1e300
    gradcheck(lambda b: special.logsumexp(np.array([0.3, 0.5]), b=b), np.array([1.0, 0.0]))
    assert np.isnan(special.logsumexp(np.zeros(2), b=np.array([1.0, -2.0])))


# --- accuracy ---------------------------------------------------------------------------------------------------------


def test_log_ndtr_in_its_tails():
    # ln Φ(x) ~ -x²/2 - ln(-x√2π) + ln(1 - 1/x² + 3/x⁴ - 15/x⁶ + …)
    x = -40.0
    first, second = grad(special.log_ndtr)(x), grad(grad(special.log_ndtr))(x)
    s, t = (sum((-1) ** k * c / x ** (2 * k + p) for k, c in enumerate((1, 3, 15, 105, 945, 10395))) for p in (2, 4))
    mills = (1 - s) / -x
    assert first == pytest.approx(1 / mills, rel=1e-14)
    assert second == pytest.approx(-first * (x + first), rel=1e-10)
    assert grad(grad(special.log_ndtr))(50.0) == pytest.approx(0)
    gradcheck(special.log_ndtr, np.array([0.0]))  # where its two formulas meet
    assert grad(grad(special.log_ndtr))(0.0) == pytest.approx(-2 / np.pi, rel=1e-15)
    assert np.isfinite(t)


@pytest.mark.parametrize("x", [20.0, 1e4, 1e8])
def test_erfcx_and_dawsn_far_out(x):
    w = 1 / (2 * x * x)
    erfcx = (1, -1, 3, -15, 105)
    derivatives = [
        (special.erfcx, 2 / np.sqrt(np.pi) / (2 * x), [c * w**k for k, c in enumerate(erfcx)]),
        (special.dawsn, 1 / (2 * x), [abs(c) * w**k for k, c in enumerate(erfcx)]),
    ]
    for f, lead, terms in derivatives:
        # x⁻¹⁻²ᵏ differentiated n times
        expected1 = -lead / x * sum((1 + 2 * k) * term for k, term in enumerate(terms))
        expected2 = lead / x**2 * sum((1 + 2 * k) * (2 + 2 * k) * term for k, term in enumerate(terms))
        assert grad(f)(x) == pytest.approx(expected1, rel=1e-10 if x < 100 else 1e-15)
        assert grad(grad(f))(x) == pytest.approx(expected2, rel=1e-9 if x < 100 else 1e-15)


def test_logit_and_expit_near_the_ends():
    for p in (1e-300, 1e-9):
        assert grad(special.logit)(p) == pytest.approx(1 / p)
    assert grad(special.logit)(1 - 2.0**-40) == pytest.approx(2.0**40)
    assert grad(special.log_expit)(-800.0) == 1
    assert special.logit(tensor([-1.0, 2.0]), eps=0.25).tolist() == pytest.approx([-np.log(3), np.log(3)])
    limited = grad(lambda p: special.logit(p, eps=0.25).sum())(np.array([0.1, 0.25, 0.5, 0.9]))
    np.testing.assert_allclose(limited, [0, 16 / 3, 4, 0])


def test_products_with_logarithms_of_zero():
    for f, zero in ((special.xlogy, 0.0), (special.xlog1py, -1.0)):
        value = autograd.value_and_grad(f, (0, 1))
        for y in (zero, zero - 1):
            assert value(0.0, y) == (0, (0, 0))
        assert value(0.0, zero + 2) == (0, (pytest.approx(np.log(2)), 0))
        assert grad(grad(f), 1)(0.0, zero + 2) == 0.5
    with np.errstate(divide="ignore"):
        assert grad(special.entr)(0.0) == np.inf


def test_functions_without_poles_at_the_poles_of_gamma():
    for n, factorial in ((0, 1), (1, -1), (2, 2), (3, -6)):
        assert grad(special.rgamma)(-float(n)) == pytest.approx(factorial, rel=1e-14)
    gradcheck(special.rgamma, np.array([-2.0, 0.0, 0.5]))
    assert grad(special.ellipk)(0.0) == pytest.approx(np.pi / 8)
    assert grad(special.ellipe)(0.0) == pytest.approx(-np.pi / 8)
    assert grad(special.spence)(1.0) == -1
    assert grad(lambda x: special.shichi(x)[0])(0.0) == 1
    assert grad(grad(special.j1))(0.0) == 0


GAMMA_SHAPES = [  # a, x, ∂P/∂a, ∂²P/∂a²
    (0.0002, 0.0005, -7.014653867159821, 47.633397546771135),
    (0.5, 100.0, -1.3739187207497376e-44, -8.007764012475144e-44),
    (2.5, 0.01, -1.7056647497778207e-05, 9.639327520786809e-05),
    (30.0, 30.0, -0.07303937077258078, 6.798486673984272e-06),
    (1000.0, 1200.0, -2.416038611395438e-10, -4.405324125287554e-11),
]
BETA_SHAPES = [  # a, b, x, ∂I/∂a, ∂I/∂b, ∂²I/∂a∂b
    (0.01, 0.02, 0.25, -22.695963112610688, 11.000700450643658, 355.099810110793),
    (2.5, 3.5, 0.001, -2.1624100527557942e-06, 2.065510485542471e-07, -1.2401441889577029e-06),
    (300.0, 2.0, 0.99, -0.001481100883176782, 0.19465920620957652, -0.0010059022906172008),
    (0.002, 500.0, 1e-09, -13.552722428270656, 3.893949189583481e-06, 0.0018927056978421705),
]


@pytest.mark.parametrize("a, x, first, second", GAMMA_SHAPES)
def test_incomplete_gamma_by_its_shape(a, x, first, second):
    """Against 30 digits."""
    assert grad(special.gammainc)(a, x) == pytest.approx(first, rel=1e-12)
    assert grad(special.gammaincc)(a, x) == pytest.approx(-first, rel=1e-12)
    assert grad(grad(special.gammainc))(a, x) == pytest.approx(second, rel=1e-11)


@pytest.mark.parametrize("a, b, x, by_a, by_b, mixed", BETA_SHAPES)
def test_incomplete_beta_by_its_shapes(a, b, x, by_a, by_b, mixed):
    """Against 30 digits."""
    for sign, f in ((1, special.betainc), (-1, special.betaincc)):
        np.testing.assert_allclose(grad(f, (0, 1))(a, b, x), (sign * by_a, sign * by_b), rtol=1e-12)
    assert grad(grad(special.betainc), 1)(a, b, x) == pytest.approx(mixed, rel=1e-11)


def test_incomplete_functions_at_their_ends():
    assert grad(special.gammainc, (0, 1))(2.0, 0.0) == (0, 0)
    assert grad(special.gammainc, 1)(1.0, 0.0) == 1
    assert grad(special.gammainc, 0)(2.0, np.inf) == 0
    assert grad(special.betainc, (0, 1, 2))(2.0, 3.0, 0.0) == (0, 0, 0)
    assert grad(special.betainc, (0, 1, 2))(1.0, 1.0, 1.0) == (0, 0, 1)
    with np.errstate(invalid="ignore"):
        assert np.isnan(grad(special.gammainc)(-1.0, 1.0))


def test_student_distribution_is_smooth_at_0_and_accurate_far_out():
    gradcheck(special.stdtr, 2.5, 0.0)
    assert special.stdtr(3.0, -1e6) == pytest.approx(sp.stdtr(3.0, -1e6), rel=1e-12)
    assert special.stdtr(30.0, 1e3) == 1


# --- complex numbers --------------------------------------------------------------------------------------------------

Z = np.array([0.7 + 0.4j, 1.9 - 1.2j])
HOLOMORPHIC = "dawsn digamma erf erfc erfcx erfi exp1 expi gamma loggamma rgamma spence wrightomega"
WITH_ORDER = "iv jv kv kve yv hyp0f1"


def assert_holomorphic(f):
    for h in (1e-4, 1e-4j):
        around = [f(Z + k * h) for k in (-2, -1, 1, 2)]
        quotient = (around[0] - 8 * around[1] + 8 * around[2] - around[3]) / (12 * h)
        derivative = autograd.gradients(f(z := tensor(Z, requires_grad=True)).sum().real, z)[0]
        np.testing.assert_allclose(np.conj(derivative), quotient, rtol=1e-9)


@pytest.mark.parametrize("name", HOLOMORPHIC.split())
def test_complex_arguments(name):
    assert_holomorphic(getattr(special, name))


@pytest.mark.parametrize("name", WITH_ORDER.split())
def test_complex_arguments_beside_an_order(name):
    assert_holomorphic(lambda z: getattr(special, name)(1.3, z))


def test_lambert_and_faddeeva_and_hankel():
    for name, args in (("wofz", (X,)), ("lambertw", (X,)), ("hankel1", (A, X)), ("hankel2", (A, X))):
        np.testing.assert_array_equal(getattr(special, name)(*args), getattr(sp, name)(*args))
    assert_holomorphic(special.wofz)
    for k in (-1, 0, 1):
        assert_holomorphic(lambda z, k=k: special.lambertw(z, k))
    assert_holomorphic(lambda z: special.hankel1(1.3, z) * special.hankel2(0, z))
    gradcheck(lambda x: special.lambertw(x).real, X)
    assert grad(lambda x: special.lambertw(x).real)(0.0) == 1
    single = tensor(X.astype(np.float32), requires_grad=True)
    assert special.lambertw(single).dtype == np.complex64
    special.lambertw(single).sum().real.backward()
    assert single.grad.dtype == np.float32


@pytest.mark.parametrize("k", range(4))
def test_complex_arguments_of_several_results(k):
    assert_holomorphic(lambda z: special.airy(z)[k])
    if k < 2:
        assert_holomorphic(lambda z: special.fresnel(z)[k])


# --- refusals ---------------------------------------------------------------------------------------------------------


WITH_CONSTANTS = "hankel1 hankel2 iv ive jv kv kve yv kn yn expn hyp0f1 polygamma spherical_jn pdtr"


@pytest.mark.parametrize("name", WITH_CONSTANTS.split())
def test_orders_are_constant(name):
    with pytest.raises(NotImplementedError, match=rf"{name} has no derivative with respect to .*; if .*detach\(\)"):
        getattr(special, name)(tensor(1.0, requires_grad=True), tensor(X, requires_grad=True))
    assert getattr(special, name)(tensor(1), tensor(X, requires_grad=True)).requires_grad


def test_scaled_bessel_functions_refuse_complex_numbers():
    with pytest.raises(TypeError, match="ive is a function of real numbers"):
        special.ive(1.0, tensor(Z, requires_grad=True))


def test_complex_numbers_have_no_derivative_through_the_normal_density():
    with pytest.raises(TypeError, match="function of real numbers"):
        special.ndtr(tensor(Z, requires_grad=True)).sum().real.backward()


def test_polygamma_wants_integer_orders():
    with pytest.raises(ValueError, match="polygamma wants orders n = 0, 1, 2"):
        special.polygamma(-1, X)
