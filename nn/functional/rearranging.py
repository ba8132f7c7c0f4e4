"""Windows and channels rearranged."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd.kernels.windows import output_size as positions_along
from autograd.ops.folding import fold_windows, unfold_windows
from autograd.ops.windows import batched, check_room, per_axis, unbatched
from nn.functional.checks import operand

__all__ = ["channel_shuffle", "fold", "native_channel_shuffle", "pixel_shuffle", "pixel_unshuffle", "unfold"]


def unfold(input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """All windows over an image as columns: (N, C, H, W) → (N, C·kH·kW, L), or the same without N.

    Column l is what the l-th of the L windows sees, zeros in the padding, channel by channel and row by row. `unfold`
    and a matrix product make a convolution. Sizes are an integer or one per axis. Raises ValueError for another number
    of axes and where no window fits.

    >>> import nn, numpy as np
    >>> nn.functional.unfold(np.arange(6.0).reshape(1, 2, 3), 2)
    array([[0., 1.],
           [1., 2.],
           [3., 4.],
           [4., 5.]])
    """
    x, has_batch = batched(input, 2, "unfold")
    kernel, stride, padding, dilation = _windows("unfold", kernel_size, stride, padding, dilation)
    check_room("unfold", x.shape[2:], kernel, tuple((p, p) for p in padding), dilation)
    y = unfold_windows(x, kernel, stride, padding, dilation)
    size = x.shape[0], x.shape[1] * math.prod(kernel), math.prod(y.shape[4:])
    return unbatched(autograd.reshape(y, size), has_batch)


def fold(input: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """Columns added back to the windows that `unfold` read: (N, C·kH·kW, L) → (N, C, H, W), or the same without N.

    `output_size` is H, W, or one integer for both. `fold(unfold(x))` counts every pixel as often as windows see it; it
    is the adjoint of `unfold`. Raises ValueError for shapes that do not belong together, and says which do.

    >>> import nn, numpy as np
    >>> nn.functional.fold(np.ones((4, 2)), (2, 3), 2)
    array([[[1., 2., 1.],
            [1., 2., 1.]]])
    """
    y, has_batch = batched(input, 1, "fold")
    kernel, stride, padding, dilation = _windows("fold", kernel_size, stride, padding, dilation)
    spatial = per_axis(output_size, 2, "fold", "output_size", 1)
    check_room("fold", spatial, kernel, tuple((p, p) for p in padding), dilation)
    sizes = zip(spatial, kernel, stride, padding, dilation)
    out = tuple(positions_along(n, k, s, (p, p), d) for n, k, s, p, d in sizes)
    if y.shape[1] % math.prod(kernel) or y.shape[2] != math.prod(out):
        raise ValueError(
            f"fold: input of shape {y.shape}; wanted (N, C·{math.prod(kernel)}, {math.prod(out)}) for kernel_size "
            f"{kernel} and the {out} windows that output_size {spatial} has with stride {stride}, padding {padding} "
            f"and dilation {dilation}"
        )
    y = autograd.reshape(y, (y.shape[0], y.shape[1] // math.prod(kernel), *kernel, *out))
    return unbatched(fold_windows(y, spatial, stride, padding, dilation), has_batch)


def _windows(op: str, kernel: Any, stride: Any, padding: Any, dilation: Any) -> tuple[tuple[int, ...], ...]:
    given = {"kernel_size": (kernel, 1), "stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
    return tuple(per_axis(value, 2, op, name, least) for name, (value, least) in given.items())


def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """Channels laid out as pixels: (…, C·r², H, W) → (…, C, H·r, W·r), r = `upscale_factor`.

    y[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w]. Shi et al. 2016, https://arxiv.org/abs/1609.05158. Raises
    ValueError where r² does not divide the channels.

    >>> import nn, numpy as np
    >>> nn.functional.pixel_shuffle(np.arange(4.0).reshape(4, 1, 1), 2)
    array([[[0., 1.],
            [2., 3.]]])
    """
    x, r = operand(input), _factor("pixel_shuffle", "upscale_factor", upscale_factor)
    if x.ndim < 3 or x.shape[-3] % (r * r):
        raise ValueError(f"pixel_shuffle: input of shape {x.shape}, wanted (…, C·{r * r}, H, W) for a factor of {r}")
    *lead, c, h, w = x.shape
    n = len(lead)
    x = autograd.reshape(x, (*lead, c // (r * r), r, r, h, w))
    x = autograd.permute_dims(x, (*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return autograd.reshape(x, (*lead, c // (r * r), h * r, w * r))


def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """Pixels laid out as channels: (…, C, H·r, W·r) → (…, C·r², H, W), r = `downscale_factor`; undoes `pixel_shuffle`.

    Raises ValueError where r does not divide the height and the width.

    >>> import nn, numpy as np
    >>> nn.functional.pixel_unshuffle(np.arange(4.0).reshape(1, 2, 2), 2).shape
    (4, 1, 1)
    """
    x, r = operand(input), _factor("pixel_unshuffle", "downscale_factor", downscale_factor)
    if x.ndim < 3 or x.shape[-1] % r or x.shape[-2] % r:
        raise ValueError(f"pixel_unshuffle: input of shape {x.shape}, wanted (…, C, H·{r}, W·{r}) for a factor of {r}")
    *lead, c, h, w = x.shape
    n = len(lead)
    x = autograd.reshape(x, (*lead, c, h // r, r, w // r, r))
    x = autograd.permute_dims(x, (*range(n), n, n + 2, n + 4, n + 1, n + 3))
    return autograd.reshape(x, (*lead, c * r * r, h // r, w // r))


def _factor(op: str, name: str, value: int) -> int:
    return per_axis(value, 1, op, name, 1)[0]


def channel_shuffle(input: Any, groups: int) -> Any:
    """Channels of `groups` groups interleaved: (N, C, …) → (N, C, …), y[:, i·groups + g] = x[:, g·C/groups + i].

    Zhang et al. 2018, https://arxiv.org/abs/1707.01083. Raises ValueError where groups does not divide C.

    >>> import nn, numpy as np
    >>> nn.functional.channel_shuffle(np.arange(4.0).reshape(1, 4, 1), 2).ravel()
    array([0., 2., 1., 3.])
    """
    x, groups = operand(input), _factor("channel_shuffle", "groups", groups)
    if x.ndim < 3 or x.shape[1] % groups:
        raise ValueError(f"channel_shuffle: input of shape {x.shape}, wanted (N, C, …) with C divisible by {groups}")
    n, c, *spatial = x.shape
    parts = autograd.reshape(x, (n, groups, c // groups, *spatial))
    return autograd.reshape(autograd.swapaxes(parts, 1, 2), x.shape)


native_channel_shuffle = channel_shuffle
