"""Calls of NumPy functions, by name: each is differentiated by all arrays in it, and made with arguments by name."""

from collections.abc import Callable
from typing import Any

import numpy as np

rng = np.random.default_rng(7)
Call = tuple[tuple[Any, ...], dict[str, Any]]


def call(*args: Any, **kwargs: Any) -> Call:
    return args, kwargs


def a(*shape: int, low: float = -2.0, high: float = 2.0) -> np.ndarray:
    """Distinct numbers in between, none near 0 or ±1."""
    n = int(np.prod(shape))
    values = low + (high - low) * (rng.permutation(n) + rng.uniform(0.3, 0.7, n)) / max(n, 1)
    for kink in (0.0, 1.0, -1.0):
        near = np.abs(values - kink) < 0.03
        values[near] = kink + np.where(values[near] < kink, -0.03, 0.03)
    return values.reshape(shape)


def z(*shape: int) -> np.ndarray:
    """Complex numbers."""
    return np.asarray(a(*shape) + 1j * a(*shape))


def positive(*shape: int) -> np.ndarray:
    return a(*shape, low=0.2, high=2.0)


def mask(*shape: int) -> np.ndarray:
    chosen = rng.integers(0, 2, shape).astype(bool)
    chosen.flat[0] = True
    return chosen


def spd(n: int) -> np.ndarray:
    m = a(n, n)
    return m @ m.T + np.eye(n)


def with_nan(*shape: int) -> np.ndarray:
    x = a(*shape)
    x.flat[1] = np.nan
    return x


EXAMPLES: dict[str, list[Call]] = {}


def examples(names: str, *calls: Callable[[], Call]) -> None:
    for name in names.split():
        EXAMPLES[name] = [make() for make in calls]


def unary(names: str, low: float = -2.0, high: float = 2.0) -> None:
    examples(names, lambda: call(a(2, 3, low=low, high=high)), lambda: call(a(low=low, high=high)))


# --- ufuncs -----------------------------------------------------------------------------------------------------------

unary(
    "absolute fabs negative positive square sin cos tan sinh cosh tanh arcsinh arctan exp exp2 expm1 deg2rad radians "
    "rad2deg degrees cbrt sinc i0 angle real imag conjugate real_if_close nan_to_num modf frexp"
)
examples("angle imag", lambda: call(z(2, 3)), lambda: call(z()))
examples("real_if_close", lambda: call(z(2, 3)), lambda: call(a(2, 3) + 0j))
unary("tan", -1.4, 1.4)
unary("sqrt log log2 log10 log1p reciprocal", 0.2, 3.0)
unary("arcsin arccos arctanh", -0.95, 0.95)
unary("arccosh", 1.1, 3.0)
unary("lib.scimath.sqrt lib.scimath.log lib.scimath.log2 lib.scimath.log10", 0.2, 3.0)
unary("lib.scimath.arcsin lib.scimath.arccos lib.scimath.arctanh", -0.95, 0.95)
examples(
    "add subtract multiply maximum minimum fmax fmin arctan2 hypot logaddexp logaddexp2 copysign",
    lambda: call(a(2, 3), a(3, low=-3, high=3)),
    lambda: call(a(2, 1), a()),
)
examples("divide", lambda: call(a(2, 3), positive(3)))
examples("fmod remainder", lambda: call(a(2, 3), np.array([1.7, 2.3, 5.1])))
examples("divmod", lambda: call(a(2, 3), np.array([1.7, 2.3, 5.1])))
examples("power float_power lib.scimath.power", lambda: call(positive(2, 3), a(3)), lambda: call(positive(4), 3))
examples("lib.scimath.logn", lambda: call(np.array([2.0, 3.0]), positive(3, 2)))
examples("ldexp", lambda: call(a(3), np.array([1, -2, 3])))
examples("matmul", lambda: call(a(2, 3), a(3, 2)), lambda: call(a(2, 1, 3, 2), a(2, 3)), lambda: call(a(3), a(3)))
examples("vecdot", lambda: call(a(2, 3), a(3)))
examples("linalg.vecdot", lambda: call(a(2, 3), a(3)), lambda: call(a(3, 2), a(3, 1), axis=0))
examples("matvec", lambda: call(a(2, 3, 2), a(2)))
examples("vecmat", lambda: call(a(3), a(2, 3, 2)))

# --- reductions and statistics ----------------------------------------------------------------------------------------

examples(
    "sum prod",
    lambda: call(a(2, 3)),
    lambda: call(a(2, 3), axis=(0, 1)),
    lambda: call(a(2, 3), 1, keepdims=True, initial=2, where=mask(2, 3)),
)
examples("max min amax amin", lambda: call(a(2, 3), 0), lambda: call(a(2, 3), initial=-9, where=mask(2, 3)))
examples("mean", lambda: call(a(2, 3), 1, keepdims=True), lambda: call(a(2, 3), where=mask(2, 3)))
examples("var std", lambda: call(a(4, 3), 0, ddof=1), lambda: call(a(4, 3), where=mask(4, 3), keepdims=True))
examples("nansum nanprod nanmax nanmin", lambda: call(a(2, 3)), lambda: call(a(2, 3), 1, keepdims=True))
examples("nanmean", lambda: call(a(2, 3), 1))
examples("nanvar nanstd", lambda: call(a(4, 3), 0, ddof=1))
examples("median nanmedian", lambda: call(a(5)), lambda: call(a(2, 4), 1, keepdims=True))
examples(
    "quantile nanquantile",
    lambda: call(a(5), 0.3),
    lambda: call(a(2, 4), [0.2, 0.7], axis=1),
    lambda: call(a(5), 0.3, method="median_unbiased"),
)
examples("percentile nanpercentile", lambda: call(a(5), 30.0), lambda: call(a(2, 4), [20.0, 70.0], axis=1))
examples("average", lambda: call(a(2, 3), 1), lambda: call(a(2, 3), 1, weights=positive(3)))
examples("ptp", lambda: call(a(2, 3), 1))
examples("cumsum cumprod nancumsum nancumprod", lambda: call(a(2, 3), 1), lambda: call(a(2, 2)))
examples("cumulative_sum cumulative_prod", lambda: call(a(2, 3), axis=1, include_initial=True))
examples("diff", lambda: call(a(2, 5), 2, 1), lambda: call(a(4), prepend=a(1), append=a(2)))
examples("ediff1d", lambda: call(a(4), a(2), a(1)))
examples("gradient", lambda: call(a(5)), lambda: call(a(3, 4), axis=1, edge_order=2))
examples("trapezoid", lambda: call(a(5)), lambda: call(a(2, 4), np.sort(a(4)), axis=1))
examples("convolve correlate", lambda: call(a(5), a(3), "full"), lambda: call(a(5), a(3), mode="same"))
examples("cov corrcoef", lambda: call(a(3, 5)), lambda: call(a(2, 5), a(2, 5)))
examples("unwrap", lambda: call(a(6, low=-9, high=9)))
examples("bincount", lambda: call(np.array([0, 2, 2]), a(3), 5))
examples("histogram", lambda: call([0.1, 0.4, 0.45, 1.0], 3, weights=a(4), density=True))
examples("histogram2d", lambda: call([0.1, 0.4, 0.45, 1.0], [0.0, 1.0, 1.0, 0.2], 2, weights=a(4)))
examples("histogramdd", lambda: call([[0.1, 0.4, 0.45], [0.0, 1.0, 1.0]], 2, weights=a(3)))

# --- order ------------------------------------------------------------------------------------------------------------

examples("sort", lambda: call(a(2, 4)), lambda: call(a(2, 4), None), lambda: call(a(3, 2), axis=0, kind="stable"))
examples("partition", lambda: call(a(2, 4), 1), lambda: call(a(2, 4), 2, None))
examples("sort_complex", lambda: call(a(4)))
examples("unique", lambda: call(a(4)), lambda: call(a(3, 2), return_index=True, return_counts=True))
examples("unique_all unique_counts unique_inverse unique_values", lambda: call(a(4)))
X_SET = a(4)
examples("union1d intersect1d setdiff1d setxor1d", lambda: call(X_SET, np.concatenate([X_SET[:2] + 5, a(2)])))

# --- shapes -----------------------------------------------------------------------------------------------------------

examples("astype", lambda: call(a(3), np.float64))
examples("copy ravel", lambda: call(a(2, 3), order="F"))
examples("reshape", lambda: call(a(2, 3), (3, -1)), lambda: call(a(2, 3), (3, 2), order="F"))
examples("transpose", lambda: call(a(2, 3, 2), (1, 0, 2)), lambda: call(a(2, 3)))
examples("matrix_transpose linalg.matrix_transpose", lambda: call(a(2, 3)))
examples("swapaxes moveaxis", lambda: call(a(2, 3, 2), 0, -1))
examples("rollaxis", lambda: call(a(2, 3, 4), 2), lambda: call(a(2, 3, 4), 0, 2), lambda: call(a(2, 3), axis=-1))
examples("squeeze", lambda: call(a(1, 3, 1), 0))
examples("expand_dims", lambda: call(a(2, 3), (0, 2)))
examples("broadcast_to", lambda: call(a(3), (2, 3)))
examples("broadcast_arrays", lambda: call(a(3), a(2, 1)))
examples("atleast_1d atleast_2d atleast_3d", lambda: call(a(), a(2)))
examples("flip", lambda: call(a(2, 3)), lambda: call(a(2, 3), (0, -1)))
examples("fliplr flipud", lambda: call(a(2, 3)))
examples("rot90", lambda: call(a(2, 3)), lambda: call(a(2, 3, 2), 3, (2, 0)))
examples("roll", lambda: call(a(2, 3), 2), lambda: call(a(2, 3), (1, -1), (0, 1)))
examples("tile", lambda: call(a(2), (2, 2)))
examples("repeat", lambda: call(a(2, 2), 2), lambda: call(a(2, 2), [1, 3], axis=0))
examples("resize", lambda: call(a(2, 2), (3, 3)), lambda: call(a(4), 2))
examples("trim_zeros", lambda: call(a(4), "f"))
examples("concatenate", lambda: call([a(2, 2), a(1, 2)]), lambda: call((a(2), a(2, 2)), axis=None))
examples("stack", lambda: call([a(2), a(2)], -1))
examples("vstack hstack dstack column_stack", lambda: call([a(2), a(2)]))
examples("block", lambda: call([[a(1, 1), a(1, 2)], [a(2, 1), a(2, 2)]]))
examples("append", lambda: call(a(2, 2), a(2)), lambda: call(a(2, 2), a(1, 2), axis=0))
examples("split array_split", lambda: call(a(4, 2), 2), lambda: call(a(2, 4), [1, 3], axis=1))
examples("hsplit vsplit", lambda: call(a(2, 4), 2))
examples("dsplit", lambda: call(a(1, 2, 4), [1]))
examples("unstack", lambda: call(a(2, 3), axis=1))
examples("meshgrid", lambda: call(a(2), a(3)), lambda: call(a(2), a(3), indexing="ij", sparse=True))
examples(
    "pad",
    lambda: call(a(2, 3), 1),
    lambda: call(a(3), (1, 2), "constant", constant_values=(3, 4)),
    lambda: call(a(3), (1, 2), constant_values=a(2)),
    lambda: call(a(2, 3), ((1, 2), (2, 0)), "edge"),
    lambda: call(a(2, 3), ((1, 2), (5, 3)), "linear_ramp", end_values=a(2, 2)),
    lambda: call(a(2, 3), 2, "linear_ramp"),
    lambda: call(a(2, 3), 2, "maximum", stat_length=2),
    lambda: call(a(2, 3), ((1, 2), (0, 3)), "minimum"),
    lambda: call(a(2, 5), 2, "median", stat_length=((1, 2), (3, 4))),
    lambda: call(a(2, 3), 2, "mean", stat_length=2),
    lambda: call(a(4), (7, 5), "reflect"),
    lambda: call(a(3, 2), (7, 5), "reflect", reflect_type="odd"),
    lambda: call(a(1, 3), 2, "reflect", reflect_type="odd"),
    lambda: call(a(3), (7, 5), "symmetric", reflect_type="odd"),
    lambda: call(a(2, 3), 4, "symmetric"),
    lambda: call(a(3), (2, 4), "wrap"),
    *([lambda: call(a(2, 2), {1: (1, 2)}, "edge")] if np.lib.NumpyVersion(np.__version__) >= "2.4.0" else []),
)
examples("lib.stride_tricks.sliding_window_view", lambda: call(a(4), 2), lambda: call(a(3, 4), (2, 3), axis=(1, 0)))

# --- positions --------------------------------------------------------------------------------------------------------

examples(
    "take",
    lambda: call(a(2, 3), [[0, 5], [5, -1]]),
    lambda: call(a(2, 3), [1, 1], axis=1),
    lambda: call(a(3), [4, -7], mode="wrap"),
    lambda: call(a(3), [4, -7], mode="clip"),
)
examples("take_along_axis", lambda: call(a(2, 3), np.array([[0], [2]]), axis=1))
examples("compress", lambda: call([True, False, True], a(2, 3), axis=1), lambda: call([0, 1], a(3)))
examples("extract", lambda: call(np.array([[1, 0], [0, 1]]), a(2, 2)))
examples(
    "delete", lambda: call(a(4), 1), lambda: call(a(3, 4), slice(0, 3, 2), 1), lambda: call(a(3), [True, False, True])
)
examples(
    "insert",
    lambda: call(a(4), 1, a()),
    lambda: call(a(4), 2, a(3)),
    lambda: call(a(2, 3), [0, 2], a(2, 2), 1),
    lambda: call(a(2, 3), 1, a(2), axis=1),
    lambda: call(a(4), [3, 1, 1], a(3)),
    lambda: call(a(3), slice(0, 2), a(1)),
)
examples("where", lambda: call(mask(2, 3), a(3), a(2, 1)))
examples(
    "choose", lambda: call(np.array([2, 0, 1]), [a(3), a(), a(1)]), lambda: call([3, -1], (a(2), a(2)), mode="wrap")
)
examples("select", lambda: call([mask(3), mask(3)], [a(3), a(3)], a()), lambda: call([mask(2, 3)], [a(3)]))
examples(
    "piecewise",
    lambda: call(np.array([-2.0, -0.5, 1.5]), [[True, False, False], [False, False, True]], [np.sin, np.exp, 2.0]),
)
examples("diagonal", lambda: call(a(3, 3, 2), 1, 2, 0))
examples("linalg.diagonal", lambda: call(a(2, 3, 3), offset=1))
examples("diag diagflat", lambda: call(a(3), 1), lambda: call(a(3, 3), k=-1))
examples("trace", lambda: call(a(2, 3, 2), -1, 1, 2))
examples("linalg.trace", lambda: call(a(2, 3, 3), offset=-1))
examples("tril triu", lambda: call(a(2, 3, 3), 1))
examples("clip", lambda: call(a(5), -1.1, 1.2), lambda: call(a(5), np.array([-1.1]), None))
examples("full_like", lambda: call(a(2, 3), a(3)))
examples("linspace", lambda: call(a(), a(), 5), lambda: call(a(2), a(2), 4, endpoint=False, retstep=True, axis=-1))
examples("logspace", lambda: call(a(), a(), 5), lambda: call(a(2), a(2), 4, endpoint=False, base=3.0, axis=-1))
examples("geomspace", lambda: call(positive(), positive(), 5), lambda: call(-positive(2), -positive(2), 4, axis=1))

# --- products and polynomials -----------------------------------------------------------------------------------------

examples("dot", lambda: call(a(2, 3), a(3, 2)), lambda: call(a(3), a(2, 3, 2)))
examples("vdot", lambda: call(a(2, 2), a(4)))
examples("inner", lambda: call(a(2, 3), a(4, 3)))
examples("outer", lambda: call(a(2, 2), a(3)))
examples("linalg.outer", lambda: call(a(2), a(3)))
examples("kron", lambda: call(a(2, 2), a(3)))
examples(
    "tensordot linalg.tensordot",
    lambda: call(a(2, 3, 2), a(2, 3), axes=([0, 1], [0, 1])),
    lambda: call(a(2, 3), a(3, 2), axes=1),
)
examples(
    "cross",
    lambda: call(a(2, 3), a(3)),
    lambda: call(a(3, 2), a(3, 2), axis=0),
    lambda: call(a(3, 2), a(2, 3), 0, 1, 0),
)
examples("linalg.cross", lambda: call(a(2, 3), a(2, 3)), lambda: call(a(3, 2), a(3, 2), axis=0))
examples(
    "einsum",
    lambda: call("ij,jk->ik", a(2, 3), a(3, 2)),
    lambda: call("ii,i->", a(3, 3), a(3)),
    lambda: call("...ij,jk,kl", a(2, 2, 3), a(3, 2), a(2, 1), optimize="greedy"),
    lambda: call(a(2, 3), [0, 1], a(3), [1], [0]),
    lambda: call("ij->", a(2, 3), dtype=np.float64),
)
examples("vander", lambda: call(a(3)), lambda: call(np.array([0.0, 1.5]), 4, increasing=True))
examples("polyval", lambda: call(a(3), a(2, 2)))
examples("polyadd polysub polymul", lambda: call(a(2), a(4)), lambda: call(a(3), a()))
examples("polydiv", lambda: call(a(5), positive(3)), lambda: call(a(2), positive(3)))
examples("polyder", lambda: call(a(4)), lambda: call(a(5), 2))
examples("polyint", lambda: call(a(3)), lambda: call(a(3), 2, a(2)))
examples("poly", lambda: call(a(4)), lambda: call(a(3, 3)))
examples("roots", lambda: call(np.array([1.0, -6.0, 11.0, -6.0])), lambda: call(np.array([1.0, 0.5, 2.0])))
examples("polyfit", lambda: call(a(6), a(6), 2), lambda: call(a(6), a(6, 2), 1, w=positive(6), cov=True))
examples(
    "interp",
    lambda: call(a(5), np.sort(a(4, low=-1.5, high=1.5)), a(4)),
    lambda: call(a(3), np.sort(a(4, low=-1.5, high=1.5)), a(4), a(), a()),
    lambda: call(a(3, low=-5, high=5), a(4, low=0.1, high=2.9), a(4), period=3.0),
)
examples(
    "apply_along_axis", lambda: call(np.cumsum, 1, a(2, 3)), lambda: call(lambda v, p: (v**p).sum(), 0, a(2, 3), 2)
)
examples("apply_over_axes", lambda: call(np.sum, a(2, 3, 2), [0, 2]))

# --- linear algebra ---------------------------------------------------------------------------------------------------

examples(
    "linalg.norm",
    lambda: call(a(2, 3)),
    lambda: call(a(2, 3), 1, axis=0),
    lambda: call(a(3, 2), 2),
    lambda: call(a(3, 2), "nuc"),
)
examples("linalg.vector_norm", lambda: call(a(2, 3), axis=1, ord=3))
examples("linalg.matrix_norm", lambda: call(a(2, 3)))
examples("linalg.matmul", lambda: call(a(2, 3), a(3, 2)))
examples("linalg.inv linalg.det linalg.slogdet linalg.cond", lambda: call(spd(3)))
examples("linalg.cholesky", lambda: call(spd(3)), lambda: call(spd(2), upper=True))
examples("linalg.eigh", lambda: call(spd(3)))
examples("linalg.eigvalsh", lambda: call(spd(3), "U"))
examples("linalg.eigvals linalg.eig", lambda: call(np.diag([1.0, 2.0, 4.0]) + 0.1 * a(3, 3)))
examples("linalg.pinv", lambda: call(a(3, 2)))
examples("linalg.qr", lambda: call(a(3, 2)))
examples("linalg.svd", lambda: call(a(3, 2), full_matrices=False))
examples("linalg.svdvals", lambda: call(a(3, 2)))
examples("linalg.solve", lambda: call(spd(3), a(3)), lambda: call(spd(3), a(3, 2)))
examples("linalg.lstsq", lambda: call(a(4, 2), a(4)))
examples("linalg.matrix_power", lambda: call(spd(2), 3), lambda: call(spd(2), -2))
examples("linalg.multi_dot", lambda: call([a(2, 3), a(3, 2), a(2)]))
examples("linalg.tensorinv", lambda: call(spd(4).reshape(4, 2, 2), ind=1))
examples("linalg.tensorsolve", lambda: call(spd(4).reshape(2, 2, 4), a(2, 2)))

# --- Fourier transforms -----------------------------------------------------------------------------------------------

examples("fft.fft fft.ifft fft.rfft fft.ihfft", lambda: call(a(2, 4)), lambda: call(a(3, 2), 4, 0, "ortho"))
examples("fft.irfft fft.hfft", lambda: call(a(2, 3)), lambda: call(a(2, 4), 5, norm="forward"))
examples(
    "fft.fft2 fft.ifft2 fft.fftn fft.ifftn fft.rfft2 fft.rfftn",
    lambda: call(a(2, 3)),
    lambda: call(a(2, 3), (3, 2), (1, 0)),
)
examples("fft.irfft2 fft.irfftn", lambda: call(a(2, 3)))
examples("fft.fftshift fft.ifftshift", lambda: call(a(2, 3)), lambda: call(a(2, 3), 1))

# --- complex numbers --------------------------------------------------------------------------------------------------


def complex_too(names: str, *calls: Callable[[], Call]) -> None:
    for name in names.split():
        EXAMPLES[name] += [make() for make in calls]


complex_too(
    "absolute negative square sin cos tan sinh cosh tanh arcsinh arctan exp exp2 expm1 sqrt log log2 log10 log1p "
    "reciprocal arcsin arccos arctanh arccosh conjugate real sinc sum prod mean std cumsum cumprod nansum ravel "
    "transpose lib.scimath.sqrt lib.scimath.log lib.scimath.arcsin",
    lambda: call(z(2, 3)),
)
complex_too(
    "add subtract multiply divide power kron outer inner", lambda: call(z(2, 3), z(3)), lambda: call(a(2, 3), z(3))
)
complex_too("matmul dot linalg.matmul", lambda: call(z(2, 3), a(3, 2)))
complex_too("vdot vecdot linalg.vecdot convolve correlate", lambda: call(z(3), z(3)))
complex_too("vecmat", lambda: call(z(3), z(2, 3, 2)))
complex_too("cross", lambda: call(z(3), z(2, 3)))
complex_too("einsum", lambda: call("ij,jk->ik", z(2, 3), z(3, 2)))
complex_too("where", lambda: call(mask(2, 3), z(3), a(2, 1)))
complex_too("concatenate stack", lambda: call([z(2), a(2)]))
complex_too("take", lambda: call(z(2, 3), [1, 1], axis=1))
complex_too("pad", lambda: call(z(3), 4, "reflect", reflect_type="odd"), lambda: call(z(3), 2, "mean"))
complex_too("insert", lambda: call(z(3), 1, z()))
complex_too("select choose", lambda: call([mask(3)], [z(3)]))
EXAMPLES["choose"][-1] = call(np.array([0, 1, 0]), [z(3), a(3)])
complex_too("polyval", lambda: call(z(3), z(2)))
complex_too("poly", lambda: call(z(3)), lambda: call(z(2, 2)))
complex_too("interp", lambda: call(a(5), np.sort(a(4, low=-1.5, high=1.5)), z(4)))
complex_too("linspace logspace", lambda: call(z(), z(), 3))
complex_too("linalg.inv linalg.det", lambda: call(z(2, 2)))
complex_too("linalg.solve", lambda: call(z(2, 2), z(2)))
complex_too("fft.fft fft.ifft fft.hfft fft.irfft", lambda: call(z(2, 4)))
complex_too("fft.fft2 fft.fftn fft.irfft2 fft.irfftn", lambda: call(z(3, 2)))

MUTATING: dict[str, list[Call]] = {
    "copyto": [call(a(2, 3), a(3)), call(a(2, 3), a(2, 1), where=mask(2, 3)), call(a(3), 2.0)],
    "put": [call(a(2, 3), [0, 4, -1], a(3)), call(a(4), [1, 2, 3], a(2)), call(a(3), [7, 1], a(2), mode="wrap")],
    "place": [call(a(2, 3), mask(2, 3), a(2))],
    "putmask": [call(a(2, 3), mask(2, 3), a(2))],
    "fill_diagonal": [call(a(3, 3), a()), call(a(5, 3), a(2), wrap=True), call(a(2, 2, 2), a(2))],
    "put_along_axis": [
        call(a(2, 3), np.array([[0], [2]]), a(2, 1), axis=1),
        call(a(2, 2), np.array([3, 0]), a(2), None),
    ],
}
"""Calls of functions that change their first argument."""
