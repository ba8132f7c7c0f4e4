"""Tensor's methods of families that are declared late: `methods.LATE` has their names, here is what stands behind them.

Importing this declares those families; it happens when one of the methods is first used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

METHODS: dict[str, Callable[..., Any]] = {}
REDUCTIONS: dict[str, Callable[..., Any]] = {}
"""Methods that take `dim`/`keepdim`, or `axis`/`keepdims`."""
