"""Resizing, reading at grids, and rearranging against PyTorch's."""

import itertools
from typing import Any

import numpy as np
import pytest

import autograd
import nn

torch = pytest.importorskip("torch")

from .test_nn import CLOSE, compare

RNG = np.random.default_rng(9)
SHAPES = {1: (2, 3, 7), 2: (2, 3, 6, 5), 3: (2, 2, 3, 4, 5)}

LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("UpsamplingNearest2d", (), {"scale_factor": 2}, SHAPES[2]),
    ("UpsamplingBilinear2d", (), {"scale_factor": (2, 1.5)}, SHAPES[2]),
    ("UpsamplingBilinear2d", ((3, 9),), {}, SHAPES[2]),
    ("Upsample", (), {"scale_factor": 2.3, "mode": "bicubic"}, SHAPES[2]),
    ("Upsample", (), {"scale_factor": 2.3, "mode": "bicubic", "recompute_scale_factor": True}, SHAPES[2]),
    ("Upsample", ((4, 3, 9),), {"mode": "trilinear", "align_corners": True}, SHAPES[3]),
    ("PixelShuffle", (2,), {}, (2, 8, 3, 4)),
    ("PixelShuffle", (3,), {}, (9, 3, 4)),
    ("PixelUnshuffle", (2,), {}, (3, 2, 2, 6, 4)),
    ("ChannelShuffle", (3,), {}, (2, 6, 3)),
    ("Unfold", (2,), {}, (2, 3, 5, 6)),
    ("Unfold", ((2, 3), 2, (1, 2), (2, 1)), {}, (3, 6, 7)),
    ("Fold", ((5, 6), 2), {}, (2, 12, 20)),
    ("Fold", ((6, 7), (2, 3), 2, (1, 2), (2, 1)), {}, (18, 21)),
]


@pytest.mark.parametrize("name, args, options, shape", LAYERS)
def test_layer(name: str, args: tuple[Any, ...], options: dict[str, Any], shape: tuple[int, ...]) -> None:
    ours, theirs = getattr(nn, name)(*args, **options), getattr(torch.nn, name)(*args, **options)
    assert repr(ours) == repr(theirs)
    compare(ours, theirs, RNG.normal(size=shape))


@pytest.mark.parametrize("rank, mode", [(1, "linear"), (2, "bilinear"), (2, "bicubic"), (3, "trilinear")])
@pytest.mark.parametrize("corners", [False, True])
@pytest.mark.parametrize("smooth", [False, True])
def test_interpolation(rank: int, mode: str, corners: bool, smooth: bool) -> None:
    if smooth and rank != 2:
        return
    x = RNG.normal(size=SHAPES[rank])
    sizes: list[dict[str, Any]] = [{"size": 3}, {"size": 11}, {"size": 1}, {"scale_factor": 0.6}, {"scale_factor": 1.7}]
    for size in sizes:
        options = {**size, "mode": mode, "align_corners": corners, "antialias": smooth}
        same(lambda m, x: m.functional.interpolate(x, **options), x)  # noqa: B023 (called at once)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "area"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_interpolation_without_weights(rank: int, mode: str) -> None:
    x = RNG.normal(size=SHAPES[rank])
    sizes: list[dict[str, Any]] = [{"size": n} for n in (1, 2, 3, 4, 7, 10, 14)]
    sizes += [{"scale_factor": f} for f in (0.4, 0.77, 1.5, 2.0, 2.9)]
    for size in sizes:
        same(lambda m, x: m.functional.interpolate(x, **size, mode=mode), x)  # noqa: B023 (called at once)


GRIDS = [
    *itertools.product([2], ["bilinear", "nearest", "bicubic"], ["zeros", "border", "reflection"], [False, True]),
    *itertools.product([3], ["bilinear", "nearest"], ["zeros", "border", "reflection"], [False, True]),
]


@pytest.mark.parametrize("rank, mode, padding, corners", GRIDS)
def test_reading_at_a_grid(rank: int, mode: str, padding: str, corners: bool) -> None:
    x, grid = RNG.normal(size=SHAPES[rank]), RNG.uniform(-2.5, 2.5, (2, *(5, 4, 3)[:rank], rank))
    same(lambda m, x, grid: m.functional.grid_sample(x, grid, mode, padding, corners), x, grid)


@pytest.mark.filterwarnings("ignore:Since version 1.3.0")
@pytest.mark.parametrize("corners", [False, True])
def test_affine_grids(corners: bool) -> None:
    for rank, size in ((2, (2, 3, 4, 5)), (3, (2, 1, 3, 1, 5))):
        theta = RNG.normal(size=(2, rank, rank + 1))
        same(lambda m, theta: m.functional.affine_grid(theta, size, corners), theta)  # noqa: B023 (called at once)


def same(f: Any, *arrays: np.ndarray) -> None:
    """Values and gradients of f(nn or torch.nn, *arguments)."""
    ours = [autograd.tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, z = f(nn, *ours), f(torch.nn, *theirs)
    assert y.shape == tuple(z.shape)
    np.testing.assert_allclose(y.data, z.detach().numpy(), **CLOSE)
    g = RNG.normal(size=y.shape)
    y.backward(g)
    z.backward(torch.tensor(g))
    for a, b in zip(ours, theirs, strict=True):
        mine = 0 if a.grad is None else a.grad.data
        np.testing.assert_allclose(mine, 0 if b.grad is None else b.grad.numpy(), **CLOSE)
