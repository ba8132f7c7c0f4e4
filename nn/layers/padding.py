"""Margins around sequences, images and volumes."""

from __future__ import annotations

from typing import Any, ClassVar

from nn import functional as F
from nn.module import Module

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class _Pad(Module):
    rank: ClassVar[int]
    mode: ClassVar[str]

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__()
        amounts = (padding,) * (2 * self.rank) if isinstance(padding, int) else tuple(padding)
        if len(amounts) != 2 * self.rank:
            raise ValueError(
                f"{type(self).__name__}: padding={padding}, wanted an integer or {2 * self.rank} of them: (before, "
                f"after) of the last axis, then of the one before it, and so on"
            )
        self.padding = amounts

    def forward(self, x: Any) -> Any:
        if x.ndim < self.rank:
            raise ValueError(f"{type(self).__name__} wants an input of at least {self.rank} axes, got shape {x.shape}")
        return F.pad(x, self.padding, self.mode)

    def extra_repr(self) -> str:
        return str(self.padding)


class _ConstantPad(_Pad):
    mode = "constant"

    def __init__(self, padding: int | tuple[int, ...], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, x: Any) -> Any:
        return F.pad(x, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """The number `value` around sequences (N, C, L): `padding` = (left, right), or one integer for both.

    >>> import nn
    >>> nn.ConstantPad1d((1, 2), 9.0)([[1.0, 2.0, 3.0]]).tolist()
    [[9.0, 1.0, 2.0, 3.0, 9.0, 9.0]]
    """

    rank = 1


class ConstantPad2d(_ConstantPad):
    """The number `value` around images (N, C, H, W): `padding` = (left, right, top, bottom), or one integer for all.

    >>> import nn
    >>> nn.ConstantPad2d((1, 0, 0, 1), 9.0)([[[0.0, 1.0], [2.0, 3.0]]]).tolist()
    [[[9.0, 0.0, 1.0], [9.0, 2.0, 3.0], [9.0, 9.0, 9.0]]]
    """

    rank = 2


class ConstantPad3d(_ConstantPad):
    """The number `value` around volumes (N, C, D, H, W): `padding` =
    (left, right, top, bottom, front, back), or one integer for all.

    >>> import nn, numpy as np
    >>> nn.ConstantPad3d(1, 9.0)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    rank = 3


class ZeroPad1d(_Pad):
    """Zeros around sequences (N, C, L): `padding` = (left, right), or one integer for both.

    >>> import nn
    >>> nn.ZeroPad1d((1, 2))([[1.0, 2.0, 3.0]]).tolist()
    [[0.0, 1.0, 2.0, 3.0, 0.0, 0.0]]
    """

    rank, mode = 1, "constant"


class ZeroPad2d(_Pad):
    """Zeros around images (N, C, H, W): `padding` = (left, right, top, bottom), or one integer for all.

    >>> import nn
    >>> nn.ZeroPad2d((1, 0, 0, 1))([[[0.0, 1.0], [2.0, 3.0]]]).tolist()
    [[[0.0, 0.0, 1.0], [0.0, 2.0, 3.0], [0.0, 0.0, 0.0]]]
    """

    rank, mode = 2, "constant"


class ZeroPad3d(_Pad):
    """Zeros around volumes (N, C, D, H, W): `padding` =
    (left, right, top, bottom, front, back), or one integer for all.

    >>> import nn, numpy as np
    >>> nn.ZeroPad3d(1)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    rank, mode = 3, "constant"


class ReflectionPad1d(_Pad):
    """The input mirrored at its edges, which are not repeated, around sequences (N, C, L): `padding` = (left,
    right), or one integer for both. Negative amounts crop.

    >>> import nn
    >>> nn.ReflectionPad1d((1, 2))([[1.0, 2.0, 3.0]]).tolist()
    [[2.0, 1.0, 2.0, 3.0, 2.0, 1.0]]
    """

    rank, mode = 1, "reflect"


class ReflectionPad2d(_Pad):
    """The input mirrored at its edges, which are not repeated, around images (N, C, H, W): `padding` = (left,
    right, top, bottom), or one integer for all. Negative amounts crop.

    >>> import nn
    >>> nn.ReflectionPad2d((1, 0, 0, 1))([[[0.0, 1.0], [2.0, 3.0]]]).tolist()
    [[[1.0, 0.0, 1.0], [3.0, 2.0, 3.0], [1.0, 0.0, 1.0]]]
    """

    rank, mode = 2, "reflect"


class ReflectionPad3d(_Pad):
    """The input mirrored at its edges, which are not repeated, around volumes (N, C, D, H, W): `padding` =
    (left, right, top, bottom, front, back), or one integer for all. Negative amounts crop.

    >>> import nn, numpy as np
    >>> nn.ReflectionPad3d(1)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    rank, mode = 3, "reflect"


class ReplicationPad1d(_Pad):
    """The elements at the edges, repeated, around sequences (N, C, L): `padding` = (left, right), or one integer
    for both. Negative amounts crop.

    >>> import nn
    >>> nn.ReplicationPad1d((1, 2))([[1.0, 2.0, 3.0]]).tolist()
    [[1.0, 1.0, 2.0, 3.0, 3.0, 3.0]]
    """

    rank, mode = 1, "replicate"


class ReplicationPad2d(_Pad):
    """The elements at the edges, repeated, around images (N, C, H, W): `padding` = (left, right, top, bottom), or
    one integer for all. Negative amounts crop.

    >>> import nn
    >>> nn.ReplicationPad2d((1, 0, 0, 1))([[[0.0, 1.0], [2.0, 3.0]]]).tolist()
    [[[0.0, 0.0, 1.0], [2.0, 2.0, 3.0], [2.0, 2.0, 3.0]]]
    """

    rank, mode = 2, "replicate"


class ReplicationPad3d(_Pad):
    """The elements at the edges, repeated, around volumes (N, C, D, H, W): `padding` =
    (left, right, top, bottom, front, back), or one integer for all. Negative amounts crop.

    >>> import nn, numpy as np
    >>> nn.ReplicationPad3d(1)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    rank, mode = 3, "replicate"


class CircularPad1d(_Pad):
    """The other end of the input around sequences (N, C, L): `padding` = (left, right), or one integer for
    both. Negative amounts crop.

    >>> import nn
    >>> nn.CircularPad1d((1, 2))([[1.0, 2.0, 3.0]]).tolist()
    [[3.0, 1.0, 2.0, 3.0, 1.0, 2.0]]
    """

    rank, mode = 1, "circular"


class CircularPad2d(_Pad):
    """The other end of the input around images (N, C, H, W): `padding` = (left, right, top, bottom), or one integer
    for all. Negative amounts crop.

    >>> import nn
    >>> nn.CircularPad2d((1, 0, 0, 1))([[[0.0, 1.0], [2.0, 3.0]]]).tolist()
    [[[1.0, 0.0, 1.0], [3.0, 2.0, 3.0], [1.0, 0.0, 1.0]]]
    """

    rank, mode = 2, "circular"


class CircularPad3d(_Pad):
    """The other end of the input around volumes (N, C, D, H, W): `padding` =
    (left, right, top, bottom, front, back), or one integer for all. Negative amounts crop.

    >>> import nn, numpy as np
    >>> nn.CircularPad3d(1)(np.ones((1, 2, 2, 2))).shape
    (1, 4, 4, 4)
    """

    rank, mode = 3, "circular"
