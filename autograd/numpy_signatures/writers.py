"""Functions that write into their argument are refused, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.protocols import implements

WRITERS: dict[Callable[..., Any], str] = {
    np.copyto: "t[...] = values",
    np.fill_diagonal: "i = np.arange(len(t)); t[i, i] = value",
    np.place: "t = t.masked_scatter(mask, values)",
    np.put: "u = t.ravel(); u[indices] = values",
    np.put_along_axis: "t = autograd.put_along_axis(t, indices, values, axis)",
    np.putmask: "t = autograd.where(mask, values, t)",
}


def _refusal(name: str, instead: str) -> Any:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise TypeError(f"np.{name} would overwrite values that a derivative may need; write `{instead}`")

    return refuse


for _function, _instead in WRITERS.items():
    implements(_function)(_refusal(_function.__name__, _instead))
