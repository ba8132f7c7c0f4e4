"""A model's weights as a NumPy archive (.npz): readable everywhere, and by `numpy.load` without pickle."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nn.io.files import atomic_write


def save_weights(state_dict: Mapping[str, object], path: str | Path) -> None:
    """Write a `state_dict()` to an .npz file, whole or not at all.

    Raises ValueError for a path that does not end in .npz.

    >>> import nn, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "linear.npz"
    >>> save_weights(nn.Linear(2, 1).state_dict(), path)
    >>> sorted(load_weights(path))
    ['bias', 'weight']
    """
    _check_suffix(path)
    with atomic_write(path) as file:
        arrays: dict[str, Any] = {name: np.asarray(getattr(value, "data", value)) for name, value in state_dict.items()}
        np.savez(file, **arrays)


def load_weights(path: str | Path) -> dict[str, np.ndarray]:
    """Read what `save_weights` wrote, for `model.load_state_dict(...)`. Nothing in the file is executed.

    Raises ValueError, naming the file, if it is no readable archive of plain arrays.

    >>> import pathlib, tempfile
    >>> import nn.io, numpy as np
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "w.npz"
    >>> nn.io.save_weights({"w": np.ones(2)}, path)
    >>> nn.io.load_weights(path)
    {'w': array([1., 1.])}
    """
    _check_suffix(path)
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, zipfile.BadZipFile, EOFError, KeyError) as error:
        raise ValueError(f"{path} is not a readable archive of arrays: {error}") from error


def _check_suffix(path: str | Path) -> None:
    if Path(path).suffix != ".npz":
        raise ValueError(f"weights are kept in .npz files, got {str(path)!r}")
