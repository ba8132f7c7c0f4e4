"""autograd.stats: SciPy's values, derivatives of every argument, the ends of the support, and what is refused."""

import sys

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings, strategies as st

import autograd
from autograd import grad, gradcheck, stats, tensor

FEW = settings(max_examples=2)
CONTINUOUS = {
    "beta": (2.3, 0.8),
    "cauchy": (),
    "chi2": (3.5,),
    "expon": (),
    "f": (3.0, 4.5),
    "gamma": (1.7,),
    "gumbel_l": (),
    "gumbel_r": (),
    "halfnorm": (),
    "invgamma": (2.2,),
    "laplace": (),
    "logistic": (),
    "lognorm": (0.8,),
    "norm": (),
    "pareto": (1.6,),
    "rayleigh": (),
    "t": (3.3,),
    "uniform": (),
    "weibull_min": (1.4,),
}
DISCRETE = {"bernoulli": (0.3,), "binom": (5, 0.3), "geom": (0.4,), "nbinom": (2.5, 0.6), "poisson": (2.2,)}
METHODS = ["logpdf", "pdf", "cdf", "sf", "logcdf", "logsf"]
QUANTILES = ("ppf", "isf")
X = np.array([-3.0, -0.4, 0.15, 0.7, 1.3, 2.8, 12.0])


@pytest.mark.parametrize("method", [*METHODS, *QUANTILES])
@pytest.mark.parametrize("name", CONTINUOUS)
def test_values_are_scipys(name, method):
    shapes = CONTINUOUS[name]
    ours, theirs = getattr(getattr(stats, name), method), getattr(getattr(scipy.stats, name), method)
    x = np.array([0.05, 0.3, 0.5, 0.8, 0.99]) if method in QUANTILES else X
    for place in ((), (0.2, 1.5)):
        with np.errstate(divide="ignore"):
            expected = theirs(x, *shapes, *place)
        np.testing.assert_allclose(ours(x, *shapes, *place), expected, rtol=1e-11, atol=1e-300)
    frozen = getattr(stats, name)(*shapes, loc=0.2, scale=1.5)
    np.testing.assert_array_equal(getattr(frozen, method)(x), ours(x, *shapes, 0.2, 1.5))


@pytest.mark.parametrize("method", ["logpmf", "pmf", "cdf", "sf", "logcdf", "logsf"])
@pytest.mark.parametrize("name", DISCRETE)
def test_values_of_discrete_distributions_are_scipys(name, method):
    shapes = DISCRETE[name]
    ours, theirs = getattr(getattr(stats, name), method), getattr(getattr(scipy.stats, name), method)
    k = np.array([-1, 0, 1, 2, 5, 7, 1.5])
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(ours(k, *shapes), theirs(k, *shapes), rtol=1e-11)
        np.testing.assert_allclose(ours(k, *shapes, loc=1), theirs(k, *shapes, loc=1), rtol=1e-11)


@pytest.mark.parametrize("name", CONTINUOUS)
@FEW
@given(u=st.floats(0.1, 0.9), loc=st.floats(-1, 1), scale=st.floats(0.5, 2), factor=st.floats(0.8, 1.25))
def test_derivatives_in_every_argument(name, u, loc, scale, factor):
    distribution = getattr(stats, name)
    shapes = [factor * s for s in CONTINUOUS[name]]
    x = float(distribution.ppf(u, *shapes, loc, scale))
    if name == "laplace" and abs(x - loc) < 0.05:
        return
    for method in METHODS:
        f = getattr(distribution, method)
        gradcheck(lambda x, loc, scale, *shapes, f=f: f(x, *shapes, loc, scale), x, loc, scale, *shapes)
    if not (name == "laplace" and abs(u - 0.5) < 0.05):
        for method in QUANTILES:
            f = getattr(distribution, method)
            gradcheck(lambda u, loc, scale, *shapes, f=f: f(u, *shapes, loc, scale), u, loc, scale, *shapes)


@pytest.mark.parametrize("name", DISCRETE)
@FEW
@given(k=st.integers(1, 4), factor=st.floats(0.8, 1.25))
def test_derivatives_of_discrete_distributions(name, k, factor):
    distribution = getattr(stats, name)
    fixed, free = ((5,), (0.3,)) if name == "binom" else ((), DISCRETE[name])
    for method in ("logpmf", "pmf", "cdf", "sf"):
        f = getattr(distribution, method)
        gradcheck(
            lambda *shapes, f=f: f(min(k, 1) if name == "bernoulli" else k, *fixed, *shapes),
            *[factor * s for s in free],
        )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CONTINUOUS)
def test_outside_the_support_derivatives_are_0(name, method):
    if np.isinf(getattr(stats, name).low):
        return
    value = autograd.value_and_grad(getattr(getattr(stats, name), method), tuple(range(3 + len(CONTINUOUS[name]))))
    y, d = value(-1.0, *CONTINUOUS[name], 0.0, 1.0)
    assert y == {"logpdf": -np.inf, "pdf": 0, "cdf": 0, "sf": 1, "logcdf": -np.inf, "logsf": 0}[method]
    assert set(d) == {0}
    if name in ("beta", "uniform"):
        assert set(value(2.0, *CONTINUOUS[name], 0.0, 1.0)[1]) == {0}


def test_outside_the_support_of_discrete_distributions():
    for name, shapes in DISCRETE.items():
        for k in (-1, 1.5):
            value = autograd.value_and_grad(getattr(stats, name).logpmf, len(shapes))
            assert value(k, *shapes) == (-np.inf, 0)


def test_ends_of_the_support():
    assert stats.gamma.logpdf(0.0, 1.0) == 0
    assert stats.gamma.pdf(0.0, 2.0) == 0
    assert stats.lognorm.logpdf(0.0, 1.0) == -np.inf
    assert grad(stats.expon.logpdf)(0.0) == -1
    assert grad(stats.poisson.logpmf, 1)(0, 0.0) == -1
    assert grad(stats.bernoulli.logpmf, 1)(1, 1.0) == 1


def test_parameters_that_are_not_permitted_give_nan():
    for value in (
        stats.norm.logpdf(1.0, 0.0, -1.0),
        stats.gamma.cdf(1.0, -2.0),
        stats.beta.pdf(0.5, np.array([1.0, 0.0]), 1.0)[1],
        stats.poisson.pmf(1, -1.0),
        stats.binom.pmf(1, 2.5, 0.5),
        stats.norm.ppf(1.5),
    ):
        assert np.isnan(value)
    assert np.isnan(stats.norm.cdf(np.nan))


def test_tails_keep_their_accuracy():
    assert grad(stats.norm.logcdf)(-40.0) == pytest.approx(40.02496882)
    assert stats.cauchy.cdf(-1e20) == pytest.approx(1e-20 / np.pi)
    assert stats.gumbel_r.sf(50.0) == pytest.approx(np.exp(-50.0))
    assert stats.expon.logcdf(1e-20) == pytest.approx(np.log(1e-20))
    assert stats.t.sf(1e6, 3.0) == pytest.approx(scipy.stats.t.sf(1e6, 3.0))


def test_single_precision_stays():
    x = tensor([0.5, 1.5], requires_grad=True)
    y = stats.gamma.logpdf(x, 2.0, scale=3.0)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == np.float32
    assert stats.norm.logpdf(0.5).dtype == np.float64
    assert stats.norm.logpdf([0, 1]).dtype == np.float64


def test_broadcasting():
    x, df, scale = np.ones((4, 1)), np.array([2.0, 3.0, 4.0]), np.full((2, 1, 1), 1.5)
    gradcheck(lambda x, df, scale: stats.t.logpdf(x, df, scale=scale), x, df, scale)
    assert stats.t.logpdf(np.zeros((0, 1)), df).shape == (0, 3)


def test_arguments_are_checked():
    with pytest.raises(TypeError, match=r"gamma.logpdf\(x, a, loc, scale\) wants the shape 'a'"):
        stats.gamma.logpdf(1.0)
    with pytest.raises(TypeError, match=r"norm.cdf\(x, loc, scale\) takes 2 parameters, got 3"):
        stats.norm.cdf(1.0, 2.0, 3.0, 4.0)
    with pytest.raises(TypeError, match="got twice 'loc'"):
        stats.norm.cdf(1.0, 2.0, loc=1.0)
    with pytest.raises(TypeError, match="got an unknown 'std'"):
        stats.norm.cdf(1.0, std=1.0)
    with pytest.raises(NotImplementedError, match=r"poisson\.logpmf has no derivative with respect to k"):
        stats.poisson.logpmf(tensor(1.0, requires_grad=True), 1.0)
    with pytest.raises(NotImplementedError, match=r"binom\.logpmf has no derivative with respect to n"):
        stats.binom.logpmf(1, tensor(2.0, requires_grad=True), 0.5)


def test_the_rest_is_scipys():
    assert stats.norm.rvs(size=3, random_state=0).shape == (3,)
    assert stats.gamma(2.0).mean() == 2
    assert stats.dirichlet.rvs([1.0, 2.0], random_state=0).shape == (1, 2)
    with pytest.raises(AttributeError, match="nothing"):
        stats.norm.nothing  # noqa: B018
    with pytest.raises(AttributeError, match="nothing"):
        stats.norm(1.0).nothing  # noqa: B018


def test_hips_imports_distributions_as_modules():
    import autograd.scipy.stats.multivariate_normal as mvn
    import autograd.scipy.stats.norm as norm

    assert norm is stats.norm
    assert mvn is stats.multivariate_normal
    assert "autograd.scipy.stats" in sys.modules


# --- several variables ------------------------------------------------------------------------------------------------


def test_dirichlet():
    alpha = np.array([1.5, 2.5, 0.7])
    points = scipy.stats.dirichlet.rvs(alpha, 4, random_state=0)
    theirs = scipy.stats.dirichlet
    np.testing.assert_allclose(stats.dirichlet.logpdf(points.T, alpha), theirs.logpdf(points.T, alpha))
    np.testing.assert_allclose(stats.dirichlet.pdf(points[0], alpha), theirs.pdf(points[0], alpha))
    np.testing.assert_allclose(stats.dirichlet.logpdf(points[0, :2], alpha), theirs.logpdf(points[0, :2], alpha))
    np.testing.assert_allclose(stats.dirichlet.entropy(alpha), theirs.entropy(alpha))
    gradcheck(lambda x, alpha: stats.dirichlet.logpdf(x / x.sum(), alpha), points[0], alpha)
    gradcheck(lambda x: stats.dirichlet.pdf(x, alpha), points[1, :2])
    gradcheck(stats.dirichlet.entropy, alpha)
    with pytest.raises(ValueError, match="x must lie on the simplex"):
        stats.dirichlet.logpdf(np.array([0.5, 0.5, 0.5]), alpha)
    with pytest.raises(ValueError, match="alpha must be a vector of positive numbers"):
        stats.dirichlet.logpdf(points[0], -alpha)
    with pytest.raises(ValueError, match="as many components"):
        stats.dirichlet.logpdf(points[0, :1], alpha)
    with pytest.raises(ValueError, match="the density is infinite there"):
        stats.dirichlet.logpdf(np.array([0.5, 0.5, 0.0]), alpha)


def test_multinomial():
    x, p = np.array([[1, 2, 0], [3, 0, 0], [1, 1, 0]]), np.array([0.2, 0.5, 0.3])
    np.testing.assert_allclose(stats.multinomial.logpmf(x, 3, p), scipy.stats.multinomial.logpmf(x, 3, p))
    np.testing.assert_allclose(stats.multinomial.pmf(x, 3, p), scipy.stats.multinomial.pmf(x, 3, p))
    gradcheck(lambda p: stats.multinomial.logpmf(x[:2], 3, p / p.sum()), p)
    np.testing.assert_array_equal(grad(lambda p: stats.multinomial.logpmf(x[2], 3, p))(p), [0, 0, 0])
    assert np.isnan(stats.multinomial.logpmf(x[0], 3, p + 0.1))
    with pytest.raises(NotImplementedError, match="no derivative with respect to x"):
        stats.multinomial.logpmf(tensor(x * 1.0, requires_grad=True), 3, p)


RNG = np.random.default_rng(0)
ROOT = RNG.normal(size=(3, 3))
COV, MEAN, POINTS = ROOT @ ROOT.T + np.eye(3), RNG.normal(size=3), RNG.normal(size=(5, 3))


@pytest.mark.parametrize(
    "x, mean, cov",
    [
        (POINTS, MEAN, COV),
        (POINTS[0], None, COV),
        (POINTS[0], MEAN, 2.0),
        (POINTS, MEAN, np.array([1.0, 2.0, 3.0])),
        (np.array([0.3, 1.2]), 0.5, 2.0),
        (np.array(0.3), None, 1.0),
        (POINTS.reshape(5, 1, 3), MEAN, COV),
    ],
)
def test_multivariate_normal(x, mean, cov):
    theirs = scipy.stats.multivariate_normal
    for method in ("logpdf", "pdf"):
        ours = getattr(stats.multivariate_normal, method)
        expected = getattr(theirs, method)(x, mean, cov)
        np.testing.assert_allclose(np.squeeze(ours(x, mean, cov)), np.squeeze(expected), rtol=1e-12)
        gradcheck(lambda x, ours=ours: ours(x, mean, cov), x)
    if mean is not None:
        gradcheck(lambda mean: stats.multivariate_normal.logpdf(x, mean, cov), np.asarray(mean))
    symmetric = np.ndim(cov) == 2
    gradcheck(lambda c: stats.multivariate_normal.logpdf(x, mean, (c + c.T) / 2 if symmetric else c), np.asarray(cov))
    np.testing.assert_allclose(stats.multivariate_normal.entropy(mean, cov), theirs.entropy(mean, cov))
    gradcheck(lambda c: stats.multivariate_normal.entropy(mean, (c + c.T) / 2 if symmetric else c), np.asarray(cov))


def test_multivariate_normal_of_a_stack_of_covariances():
    covs = np.stack([COV, 2 * COV])
    expected = [stats.multivariate_normal.logpdf(POINTS[i], MEAN, covs[i]) for i in range(2)]
    np.testing.assert_allclose(stats.multivariate_normal.logpdf(POINTS[:2], MEAN, covs), expected)


def test_singular_multivariate_normal():
    cov = ROOT[:, :2] @ ROOT[:, :2].T
    x = MEAN + cov @ POINTS[0]
    with pytest.raises(np.linalg.LinAlgError, match="cov is singular; pass allow_singular=True"):
        stats.multivariate_normal.logpdf(x, MEAN, cov)
    theirs = scipy.stats.multivariate_normal
    ours = stats.multivariate_normal
    np.testing.assert_allclose(ours.logpdf(x, MEAN, cov, True), theirs.logpdf(x, MEAN, cov, True))
    np.testing.assert_allclose(ours.entropy(MEAN, cov), theirs(MEAN, cov, True).entropy())
    assert ours.pdf(POINTS[1], MEAN, cov, allow_singular=True) == 0
    assert list(grad(ours.pdf)(POINTS[1], MEAN, cov, True)) == [0, 0, 0]
    # moving the factor keeps the range, x stays on it
    gradcheck(
        lambda r: ours.logpdf(MEAN + cov @ POINTS[0], MEAN, ROOT[:, :2] @ r @ r.T @ ROOT[:, :2].T, True), np.eye(2)
    )
    with pytest.raises(NotImplementedError, match="stack of singular covariances"):
        ours.logpdf(x, MEAN, np.stack([cov, cov]), True)


def test_under_vmap():
    covs, points = np.stack([COV, 2 * COV]), POINTS[:2]
    log = autograd.vmap(lambda x, c: stats.multivariate_normal.logpdf(x, MEAN, c))
    np.testing.assert_allclose(log(points, covs), stats.multivariate_normal.logpdf(points, MEAN, covs))
    assert np.isnan(log(points, -covs)).all()
    alphas, simplex = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.25, 0.75])
    expected = [stats.dirichlet.logpdf(simplex, a) for a in alphas]
    np.testing.assert_allclose(autograd.vmap(lambda a: stats.dirichlet.logpdf(simplex, a))(alphas), expected)
    slopes = autograd.vmap(grad(lambda k, mu: stats.poisson.logpmf(k, mu), 1), (0, 0))(np.arange(3.0), np.ones(3))
    np.testing.assert_allclose(slopes, np.arange(3.0) - 1)


def test_multivariate_normal_checks_its_arguments():
    with pytest.raises(ValueError, match="symmetric positive semidefinite"):
        stats.multivariate_normal.logpdf(POINTS, MEAN, -COV)
    with pytest.raises(ValueError, match="symmetric positive semidefinite"):
        stats.multivariate_normal.logpdf(POINTS, MEAN, np.triu(COV))
    with pytest.raises(ValueError, match=r"x must be \(\.\.\., 3\)"):
        stats.multivariate_normal.logpdf(POINTS[:, :2], MEAN, COV)
    with pytest.raises(ValueError, match="differ in dimension"):
        stats.multivariate_normal.logpdf(POINTS, MEAN[:2], COV)
    with pytest.raises(ValueError, match="cov must be square"):
        stats.multivariate_normal.logpdf(POINTS, MEAN, COV[:2])
