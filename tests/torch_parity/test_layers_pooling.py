"""Pooling layers beyond fixed windows: the same outputs and gradients as PyTorch's."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn

torch = pytest.importorskip("torch")

from .test_nn import CLOSE, compare

RNG = np.random.default_rng(7)

LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("AdaptiveAvgPool1d", (3,), {}, (2, 3, 7)),
    ("AdaptiveAvgPool1d", (9,), {}, (3, 4)),
    ("AdaptiveAvgPool2d", ((3, None),), {}, (2, 3, 7, 5)),
    ("AdaptiveAvgPool2d", ((2, 4),), {}, (3, 6, 8)),
    ("AdaptiveAvgPool2d", (1,), {}, (2, 3, 7, 5)),
    ("AdaptiveAvgPool3d", ((2, 1, 4),), {}, (2, 3, 4, 5, 6)),
    ("AdaptiveMaxPool1d", (3,), {}, (2, 3, 7)),
    ("AdaptiveMaxPool2d", ((3, None),), {}, (2, 3, 7, 5)),
    ("AdaptiveMaxPool2d", ((2, 4),), {}, (3, 6, 8)),
    ("AdaptiveMaxPool3d", ((2, 1, 4),), {}, (2, 3, 4, 5, 6)),
    ("LPPool1d", (2, 3), {"stride": 2}, (2, 3, 9)),
    ("LPPool2d", (2, (3, 2)), {}, (2, 3, 9, 8)),
    ("LPPool2d", (4, 3), {"stride": 2, "ceil_mode": True}, (2, 3, 8, 9)),
    ("LPPool2d", (float("inf"), 3), {"stride": 2}, (2, 3, 8, 9)),
    ("LPPool2d", (-float("inf"), 3), {"stride": 2}, (2, 3, 8, 9)),
    ("LPPool3d", (2, 2), {}, (2, 3, 4, 5, 6)),
]


@pytest.mark.parametrize("name, args, options, shape", LAYERS)
def test_layer(name: str, args: tuple[Any, ...], options: dict[str, Any], shape: tuple[int, ...]) -> None:
    ours, theirs = getattr(nn, name)(*args, **options), getattr(torch.nn, name)(*args, **options)
    assert repr(ours) == repr(theirs)
    compare(ours, theirs, RNG.normal(size=shape))


@pytest.mark.parametrize("rank, size", [(1, 4), (2, (3, 4)), (3, (2, 5, 3))])
def test_indices_of_adaptive_maxima(rank: int, size: Any) -> None:
    x = RNG.integers(0, 4, (2, 3, *(7, 9, 5)[:rank])).astype(float)  # with ties
    x.flat[::17] = np.nan
    name = f"adaptive_max_pool{rank}d"
    y, index = getattr(nn.functional, name)(x, size, return_indices=True)
    ty, tindex = getattr(torch.nn.functional, name)(torch.tensor(x), size, return_indices=True)
    np.testing.assert_array_equal(y, ty.numpy())
    np.testing.assert_array_equal(index, tindex.numpy())


@pytest.mark.parametrize(
    "rank, kernel, options",
    [
        (2, (2, 3), {"output_size": (4, 5)}),
        (2, 2, {"output_ratio": (0.5, 0.7)}),
        (2, 3, {"output_size": 1}),
        (3, 2, {"output_size": (5, 3, 4)}),
        (3, (1, 2, 3), {"output_ratio": 0.6}),
    ],
)
def test_fractional_maxima(rank: int, kernel: Any, options: dict[str, Any]) -> None:
    x = RNG.normal(size=(2, 3, *(9, 8, 7)[:rank]))
    samples = RNG.uniform(size=(2, 3, rank))
    ours = getattr(nn, f"FractionalMaxPool{rank}d")(kernel, **options, _random_samples=samples, return_indices=True)
    theirs = getattr(torch.nn, f"FractionalMaxPool{rank}d")(
        kernel, **options, _random_samples=torch.tensor(samples), return_indices=True
    )
    x_ours, x_theirs = autograd.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    (y, index), (ty, tindex) = ours(x_ours), theirs(x_theirs)
    np.testing.assert_array_equal(y.data, ty.detach().numpy())
    np.testing.assert_array_equal(index.data, tindex.numpy())
    g = RNG.normal(size=y.shape)
    y.backward(g)
    ty.backward(torch.tensor(g))
    np.testing.assert_allclose(x_ours.grad.data, x_theirs.grad.numpy(), **CLOSE)  # type: ignore[union-attr]


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(
    "kernel, stride, padding, more", [(2, None, 0, 0), (3, 2, 1, 1), (2, 2, 0, 1), (3, 1, 0, 0), (3, 3, 1, -2)]
)
def test_unpooling(rank: int, kernel: int, stride: int | None, padding: int, more: int) -> None:
    x = RNG.normal(size=(2, 3, *(8,) * rank))
    pool = getattr(nn, f"MaxPool{rank}d")(kernel, stride, padding, return_indices=True)
    y, index = pool(x)
    layer = getattr(nn, f"MaxUnpool{rank}d")(kernel, stride, padding)
    theirs = getattr(torch.nn, f"MaxUnpool{rank}d")(kernel, stride, padding)
    size = None
    if more:
        n = (y.shape[2] - 1) * (stride or kernel) - 2 * padding + kernel
        size = (2, 3, *(n + more,) * rank) if rank == 2 else (n + more,) * rank
    if more < 0:
        index = index % (n + more)
    values = autograd.tensor(y.data, requires_grad=True)
    ty = torch.tensor(y.data, requires_grad=True)
    out, want = layer(values, index, size), theirs(ty, torch.tensor(index.data), size)
    unique = stride is None or stride >= kernel
    if unique and more >= 0:
        np.testing.assert_array_equal(out.data, want.detach().numpy())
        g = RNG.normal(size=out.shape)
        out.backward(g)
        want.backward(torch.tensor(g))
        np.testing.assert_allclose(values.grad.data, ty.grad.numpy(), **CLOSE)  # type: ignore[union-attr]
    assert out.shape == tuple(want.shape)
