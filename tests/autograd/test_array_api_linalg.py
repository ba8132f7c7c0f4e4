"""Linear algebra and Fourier transforms as in array-api-strict."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume

import autograd as xp
from tests.autograd.array_api_oracle import FLOATING, MODEST, NUMERIC, array, axis_of, compare, quick, wider, xps

# --- linear algebra ---------------------------------------------------------------------------------------------------

STACKS = st.sampled_from([(), (2,), (0,), (2, 1)])


def matrices(data, rows=None, columns=None, dtypes=FLOATING):
    """A stack of matrices with modest elements."""
    rows = data.draw(st.integers(0, 3)) if rows is None else rows
    columns = data.draw(st.integers(0, 3)) if columns is None else columns
    shape = (*data.draw(STACKS), rows, columns)
    dtype = np.dtype(data.draw(st.sampled_from(list(dtypes))))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    values = rng.integers(-5, 6, shape) if dtype.kind in "iu" else rng.normal(size=shape)
    if dtype.kind == "c":
        values = values + 1j * rng.normal(size=shape)
    return xp.asarray(values.astype(dtype))


@quick
def test_products(data):
    n = data.draw(st.integers(0, 3))
    x = matrices(data, columns=n, dtypes=NUMERIC)
    y = matrices(data, rows=n, dtypes=[x.dtype.name])
    for module in ("", "linalg."):
        compare(f"{module}matmul", (x, y), exact=False)
        compare(f"{module}matmul", (x, y[..., 0] if y.ndim == 2 and y.shape[1] else y), exact=False)
        compare(f"{module}tensordot", (x, y), {"axes": ((-1,), (-2,))}, exact=False)
        compare(f"{module}vecdot", (x, x + 1), {"axis": -1}, exact=False)
        compare(f"{module}matrix_transpose", (x,))
    compare("tensordot", (x, y), {"axes": 0}, exact=False)
    assert (x @ xp.ones((n, 2), dtype=x.dtype)).shape == (*x.shape[:-1], 2)


@quick
def test_vectors(data):
    n = data.draw(st.integers(0, 3))
    x, y = (array(data, ["int32", "float64", "complex64"], (n,), **MODEST) for _ in range(2))
    compare("linalg.outer", (x, y), exact=False)
    x = matrices(data, columns=3, dtypes=NUMERIC)
    compare("linalg.cross", (x, x[..., ::-1]), exact=False)
    compare("linalg.cross", (x, xp.asarray([1, 2, 3], dtype=x.dtype)), {"axis": -1}, exact=False)
    x = matrices(data)
    ords = st.sampled_from([float("inf"), -float("inf"), 0, 1, 2, 3.5])
    compare("linalg.vector_norm", (x,), {"axis": axis_of(data, x), "keepdims": data.draw(st.booleans())}, exact=False)
    if x.size:
        compare("linalg.vector_norm", (x,), {"ord": data.draw(ords), "axis": axis_of(data, x)}, exact=False)
        ords = st.sampled_from([float("inf"), -float("inf"), 1, -1, 2, -2, "fro", "nuc"])
        kwargs = {"ord": data.draw(ords), "keepdims": data.draw(st.booleans())}
        compare("linalg.matrix_norm", (x,), kwargs, exact=False)


@quick
def test_diagonals(data):
    x = matrices(data, dtypes=NUMERIC)
    offset = data.draw(st.integers(-4, 4))
    compare("linalg.diagonal", (x,), {"offset": offset})
    compare("linalg.trace", (x,), {"offset": offset}, exact=False)
    compare("linalg.trace", (x,), {"dtype": wider(data, x)}, exact=False)


@quick
def test_square_matrices(data):
    n = data.draw(st.integers(0, 3))
    x = matrices(data, n, n)
    compare("linalg.det", (x,), exact=False)
    compare("linalg.slogdet", (x,), exact=False)
    compare("linalg.inv", (x,), exact=False)
    compare("linalg.matrix_power", (x, data.draw(st.integers(-3, 4))), exact=False)
    compare("linalg.solve", (x, matrices(data, n, dtypes=[x.dtype.name])), exact=False)
    compare("linalg.solve", (x, xp.ones(n, dtype=x.dtype)), exact=False)
    symmetric = x + xp.conj(x.mT)
    compare("linalg.eigvalsh", (symmetric,), exact=False)
    compare("linalg.eigh", (symmetric,), exact=None)
    positive = x @ xp.conj(x.mT) + xp.eye(n, dtype=x.dtype)
    compare("linalg.cholesky", (positive,), {"upper": data.draw(st.booleans())}, exact=False)


@quick
def test_decompositions(data):
    x = matrices(data)
    compare("linalg.qr", (x,), {"mode": data.draw(st.sampled_from(["reduced", "complete"]))}, exact=None)
    compare("linalg.svd", (x,), {"full_matrices": data.draw(st.booleans())}, exact=None)
    compare("linalg.svdvals", (x,), exact=False)
    compare("linalg.pinv", (x,), exact=False)
    compare("linalg.pinv", (x,), {"rtol": 0.1}, exact=False)
    compare("linalg.pinv", (x,), {"rtol": xp.full(x.shape[:-2], 0.1, dtype=xp.real(x).dtype)}, exact=False)
    if all(x.shape):
        compare("linalg.matrix_rank", (x,))
        compare("linalg.matrix_rank", (x,), {"rtol": xp.full(x.shape[:-2], 0.1)})


# --- Fourier transforms -----------------------------------------------------------------------------------------------

NORMS = st.sampled_from(["backward", "ortho", "forward"])


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
@quick
def test_transforms_along_an_axis(name, data):
    x = matrices(data, 2, dtypes=FLOATING[:2] if name in ("rfft", "ihfft") else FLOATING[2:])
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    n = data.draw(st.none() | st.integers(1, 6))
    assume(x.shape[axis] and x.shape[-1])  # NumPy's inverse transforms of no frequencies are not initialized
    compare(f"fft.{name}", (x,), {"axis": axis, "n": n, "norm": data.draw(NORMS)}, exact=False)
    compare(f"fft.{name}", (x,), exact=False)


@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn"])
@quick
def test_transforms_along_several_axes(name, data):
    x = matrices(data, 2, 3, dtypes=FLOATING[:2] if name == "rfftn" else FLOATING[2:])
    axes = list(data.draw(xps.valid_tuple_axes(x.ndim, min_size=1)))
    assume(all(x.shape))
    s = data.draw(st.none() | st.just(tuple(range(2, 2 + len(axes)))))
    compare(f"fft.{name}", (x,), {"axes": axes, "s": s, "norm": data.draw(NORMS)}, exact=False)
    compare(f"fft.{name}", (x,), exact=False)


@quick
def test_frequencies(data):
    n, d = data.draw(st.integers(1, 9)), data.draw(st.floats(0.1, 5))
    for name in ("fftfreq", "rfftfreq"):
        for dtype in ("float32", "float64"):
            compare(f"fft.{name}", (n,), {"d": d, "dtype": np.dtype(dtype)}, exact=False)
    x = matrices(data)
    compare("fft.fftshift", (x,), {"axes": data.draw(st.sampled_from([None, 0, (0, 1)]))})
    compare("fft.ifftshift", (x,))
