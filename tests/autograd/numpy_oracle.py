"""A function on tensors against the same function on arrays, and its derivatives against differences of that."""

import numpy as np

import autograd
from autograd import Tensor


def flat(value):
    """What stands in nested tuples and lists."""
    return [leaf for v in value for leaf in flat(v)] if isinstance(value, (tuple, list)) else [value]


def is_floating(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def as_tensors(values, dtype=None):
    """Floating arrays as Tensors that require grad; all else as it is."""
    return [autograd.tensor(v, dtype or v.dtype, requires_grad=True) if is_floating(v) else v for v in values]


def assert_like_numpy(f, *args, order=2, rtol=1e-12, atol=1e-14, **options):
    """f(*args, **options) has NumPy's values, dtypes and shapes, also in float32; its derivatives up to `order`, in
    both modes, are those of difference quotients, and those of float32 are float32. With order=0 it carries none."""
    for dtype, tolerance in ((np.float64, (rtol, atol)), (np.float32, (1e-4, 1e-5))):
        arrays = [a.astype(dtype) if is_floating(a) else a for a in args]
        xs = as_tensors(arrays)
        want, got = flat(f(*arrays, **options)), flat(f(*xs, **options))
        for g, w in zip(got, want, strict=True):
            data, w = np.asarray(g.data if isinstance(g, Tensor) else g), np.asarray(w)
            assert (data.dtype, data.shape) == (w.dtype, w.shape)
            np.testing.assert_allclose(data, w, *tolerance)
        carrying = [g for g in got if getattr(g, "requires_grad", False)]
        assert bool(carrying) == bool(order), "wrong about whether it carries a gradient"
        if order:
            leaves = [x for x in xs if isinstance(x, Tensor)]
            total = sum((g * g).sum() for g in carrying)
            for d, x in zip(autograd.gradients(total, leaves, allow_unused=True), leaves, strict=True):
                assert d is None or (d.dtype, d.shape) == (x.dtype, x.shape)
    if order:
        autograd.gradcheck(lambda *xs: f(*xs, **options), *args, order=order)
