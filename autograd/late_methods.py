"""Tensor's methods of families that are declared late: `methods.LATE` has their names, here is what stands behind them.

Importing this declares those families; it happens when one of the methods is first used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import methods, torch_creation, torch_linalg, torch_special, torch_statistics
from autograd.ops import differences, histograms, ordering, parts, scattering, sliding, statistics, ufuncs


def axes_too(function: Callable[..., Any]) -> Callable[..., Any]:
    """Accept `axis` and `keepdims` beside `dim` and `keepdim`, which are the function's own."""
    return methods.renamed(function, {"axis": "dim", "keepdims": "keepdim"})


METHODS: dict[str, Callable[..., Any]] = {
    "as_strided": sliding.as_strided,
    "bincount": torch_statistics.bincount,
    "corrcoef": torch_statistics.corrcoef,
    "cov": torch_statistics.cov,
    "cross": torch_creation.cross,
    "diagonal_scatter": parts.diagonal_scatter,
    "frexp": ufuncs.frexp,
    "gcd": ufuncs.gcd,
    "histc": histograms.histc,
    "i0": ufuncs.i0,
    "index_reduce": scattering.index_reduce,
    "isneginf": ufuncs.isneginf,
    "isposinf": ufuncs.isposinf,
    "lcm": ufuncs.lcm,
    "ldexp": torch_statistics.ldexp,
    "logit": torch_statistics.logit,
    "msort": ordering.msort,
    "nanquantile": axes_too(torch_statistics.nanquantile),
    "new_empty": torch_creation.new_empty,
    "new_full": torch_creation.new_full,
    "new_ones": torch_creation.new_ones,
    "new_tensor": torch_creation.new_tensor,
    "new_zeros": torch_creation.new_zeros,
    "nextafter": ufuncs.nextafter,
    "put": parts.put,
    "quantile": axes_too(torch_statistics.quantile),
    "scatter_reduce": scattering.scatter_reduce,
    "select_scatter": parts.select_scatter,
    "slice_scatter": parts.slice_scatter,
    "unfold": sliding.unfold,
    **torch_linalg.METHODS,
    **torch_special.METHODS,
}
REDUCTIONS: dict[str, Callable[..., Any]] = {
    "aminmax": torch_statistics.aminmax,
    "cummax": torch_statistics.cummax,
    "cummin": torch_statistics.cummin,
    "diff": differences.diff,
    "kthvalue": ordering.kthvalue,
    "logcumsumexp": torch_statistics.logcumsumexp,
    "median": torch_statistics.median,
    "mode": ordering.mode,
    "nanmean": torch_statistics.nanmean,
    "nanmedian": torch_statistics.nanmedian,
    "nansum": torch_statistics.nansum,
    "renorm": statistics.renorm,
}
"""Methods that take `dim`/`keepdim`, or `axis`/`keepdims`."""
