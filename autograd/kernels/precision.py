"""How much accuracy native kernels may trade for speed: one setting of the process."""

from __future__ import annotations

_LEVELS = ("highest", "high", "fast")
_level = "high"


def set_precision(level: str) -> None:
    """Let float32 convolutions take faster methods with larger rounding errors.

    It concerns convolutions with 3 × 3 windows, stride 1 and no groups, forward and both gradients, where native
    kernels run; float64 always goes by the definition.

    - `"highest"`: sums of products, as the definition has them.
    - `"high"` (the default): Winograd's F(2×2, 3×3) where it is faster, with 4/9 of the multiplications. It rounds no
      more than other ways to sum: by at most 3e-7 · Σ|w|·|x|, the largest such sum of the result.
    - `"fast"`: F(4×4, 3×3) where it is faster, with 1/4 of the multiplications and some four times the error: at most
      1.2e-6 · Σ|w|·|x|.

    With either, NaN or infinity in an image also reach results up to three pixels beyond those whose window holds them.

    The setting holds for the whole process, in all threads. Raises ValueError for another level.

    >>> import autograd
    >>> autograd.set_precision("fast")
    >>> autograd.get_precision()
    'fast'
    >>> autograd.set_precision("high")
    """
    global _level
    if level not in _LEVELS:
        raise ValueError(f"set_precision wants one of {', '.join(map(repr, _LEVELS))}, got {level!r}")
    _level = level


def get_precision() -> str:
    """The level that `set_precision` set, "high" at first.

    >>> import autograd
    >>> autograd.get_precision()
    'high'
    """
    return _level
