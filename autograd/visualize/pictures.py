"""Arrays made small enough to be looked at: numbers, summaries, histograms, heat maps and images, as plain data."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.visualize.recording import UNKNOWN

NUMBERS = 64
"""Arrays of at most this many elements are given in full."""
_SAMPLE = 1 << 16
_BINS = 24


@dataclass(frozen=True)
class Detail:
    """How much is kept of a large array: side of a heat map, number and side of images; 0 for none."""

    heat: int
    tiles: int
    side: int


def detail_for(count: int) -> Detail:
    """The detail that keeps a page with `count` large arrays small."""
    if count <= 400:
        return Detail(40, 9, 24)
    return Detail(20, 4, 16) if count <= 1500 else Detail(0, 0, 0)


def plain(value: Any) -> float | str | int | bool:
    """A number as JSON can hold it: what is not finite becomes "NaN", "inf" or "-inf", a complex number its text."""
    item = np.asarray(value).item()
    if isinstance(item, complex):
        return f"{item:.6g}"
    if isinstance(item, float):
        if not math.isfinite(item):
            return "NaN" if math.isnan(item) else f"{item:g}"
        return float(f"{item:.7g}")
    return item if isinstance(item, bool | int) else str(item)


def magnitude(value: Any) -> float | None:
    """The root of the mean square; None where there is none."""
    if value is None or value is UNKNOWN or isinstance(value, tuple | list):
        return None
    array = np.asarray(value)
    if array.size == 0 or array.dtype.kind not in "biufc":
        return None
    if array.ndim == 0:
        return float(abs(array.item()))
    flat = array.ravel()
    if array.dtype.kind not in "fc":
        flat = flat.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        size = float(np.linalg.norm(flat)) / math.sqrt(array.size)
        if not math.isfinite(size) and np.all(np.isfinite(flat)):
            size = float(np.sqrt(np.mean(np.square(np.abs(flat).astype(np.float64)))))
    return size


def picture(value: Any, detail: Detail) -> Any:
    """An array as plain data, for the page: a number as it is, otherwise a dict.

    `shape`, `dtype`; then `numbers` (flat, row by row) of a small array, or of a large one `min`, `max`, `mean`, `std`,
    counts of `zero`, `nan`, `inf`, a histogram `bins` between `low` and `high`, and `heat` or `images`: bytes in
    base64 that span the range from `min` to `max`.
    """
    if value is None:
        return None
    if value is UNKNOWN:
        return "lost"
    if isinstance(value, tuple):
        return {"several": len(value)}
    array = np.asarray(value)
    if array.ndim == 0:
        return plain(array)
    made: dict[str, Any] = {"shape": list(array.shape), "dtype": str(array.dtype)}
    if array.size <= NUMBERS or array.dtype.kind not in "biuf":
        made["numbers"] = [plain(v) for v in array.ravel()[:NUMBERS]]
        if array.size:
            made["rms"] = plain(magnitude(array) or 0.0)
        if array.dtype.kind in "biuf" and array.ndim >= 3 and array.size > 9:
            _add_pixels(made, array, detail)
        return made
    _summarise(made, array)
    _add_pixels(made, array, detail)
    return made


def _summarise(made: dict[str, Any], array: np.ndarray) -> None:
    numbers = array if array.dtype.kind == "f" else array.astype(np.float64)
    low, high = numbers.min(), numbers.max()
    made["nan"] = made["inf"] = 0
    if not (np.isfinite(low) and np.isfinite(high)):
        made["nan"] = int(np.count_nonzero(np.isnan(numbers)))
        made["inf"] = int(np.count_nonzero(np.isinf(numbers)))
        numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return
    made["zero"] = int(numbers.size - np.count_nonzero(numbers))
    made |= {k: plain(f(numbers)) for k, f in (("min", np.min), ("max", np.max), ("mean", np.mean), ("std", np.std))}
    made["rms"] = plain(magnitude(numbers) or 0.0)
    flat = numbers.reshape(-1)
    sample = flat[:: max(1, flat.size // _SAMPLE)]
    low, high = float(sample.min()), float(sample.max())
    if math.isfinite(high - low):
        counts, _ = np.histogram(sample, bins=_BINS, range=(low, high) if high > low else (low - 0.5, high + 0.5))
        made |= {"bins": counts.tolist(), "low": plain(low), "high": plain(high)}


def _add_pixels(made: dict[str, Any], array: np.ndarray, detail: Detail) -> None:
    """A heat map of a matrix or vector, images of what has channels, height and width."""
    if array.ndim in (3, 4) and min(array.shape[-2:]) >= 2 and detail.tiles:
        tiles = array[0] if array.ndim == 4 and max(array.shape[-2:]) > 7 else array
        if tiles.ndim == 4:
            tiles = tiles if tiles.shape[1] == 3 else tiles[:, 0]
        elif tiles.shape[0] == 3:
            tiles = tiles[None]
        shown = tiles[: detail.tiles]
        small = np.stack([shrunk(t, detail.side) for t in shown])
        made["images"] = _pixels(small) | {
            "count": len(shown),
            "of": len(tiles),
            "colours": 3 if small.ndim == 4 else 1,
            "height": small.shape[-2],
            "width": small.shape[-1],
        }
    elif array.size and detail.heat:
        plane = array.reshape(-1, array.shape[-1]) if array.ndim != 1 else _folded(array)
        small = shrunk(plane, detail.heat)
        made["heat"] = _pixels(small) | {"height": small.shape[0], "width": small.shape[1]}


def _folded(vector: np.ndarray) -> np.ndarray:
    """A long vector as rows of a matrix."""
    width = vector.size if vector.size <= 128 else math.ceil(math.sqrt(vector.size) * 2)
    rows = math.ceil(vector.size / width)
    if rows * width == vector.size:
        return vector.reshape(rows, width)
    full = np.full(rows * width, vector[-1], vector.dtype)
    full[: vector.size] = vector
    return full.reshape(rows, width)


def shrunk(array: np.ndarray, side: int) -> np.ndarray:
    """The last two axes brought to at most `side` each, by averaging blocks.

    >>> shrunk(np.arange(16.0).reshape(4, 4), 2)
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    array = array.astype(np.float64)
    for axis in (-2, -1):
        n = array.shape[axis]
        if n > side:
            starts = np.arange(side) * n // side
            counts = np.diff(np.append(starts, n))
            shape = [1] * array.ndim
            shape[axis] = side
            array = np.add.reduceat(array, starts, axis=axis) / counts.reshape(shape)
    return array


def _pixels(array: np.ndarray) -> dict[str, Any]:
    """Bytes from 1 to 255 that span the range of the values; 0 for what is not finite."""
    finite = np.isfinite(array)
    if not finite.any():
        return {"pixels": base64.b64encode(bytes(array.size)).decode(), "min": 0, "max": 0}
    low, high = float(array[finite].min()), float(array[finite].max())
    span = high - low if high > low and math.isfinite(high - low) else 1.0
    levels = np.where(finite, 1 + np.round(254 * (np.where(finite, array, low) - low) / span), 0)
    encoded = base64.b64encode(levels.astype(np.uint8).tobytes()).decode()
    return {"pixels": encoded, "min": plain(low), "max": plain(high)}
