"""Convolution and transposed convolution over one to three axes, in PyTorch's conventions.

A convolution is linear in its input and in its weight. Its three faces (the result; the adjoint in the input, which is
the transposed convolution; the adjoint in the weight) are one another's derivatives, so these three primitives are
closed under differentiation to any order.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.kernels import convolution as kernels
from autograd.kernels.windows import output_size, same_padding
from autograd.ops.axes import operand
from autograd.ops.channels import shift_channels
from autograd.ops.windows import AXES, batched, check_room, per_axis, unbatched
from autograd.primitive import primitive

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]


# --- the three faces --------------------------------------------------------------------------------------------------


def _sample(s):
    """An input, a weight and an adjoint that belong together, and the parameters."""
    rank = s.integer(1, 3)
    groups, per_group, out_per_group = s.integer(1, 2), s.integer(1, 2), s.integer(1, 2)
    each = lambda low, high: tuple(s.integer(low, high) for _ in range(rank))
    kernel, stride, dilation = each(1, 2), each(1, 2), each(1, 2)
    padding = tuple(zip(each(0, 1), each(0, 1)))
    spatial = tuple(d * (k - 1) + 1 + n for k, d, n in zip(kernel, dilation, each(0, 2)))
    x_shape = (s.integer(0, 2), groups * per_group, *spatial)
    w_shape = (groups * out_per_group, per_group, *kernel)
    y_shape = (x_shape[0], w_shape[0], *map(output_size, spatial, kernel, stride, padding, dilation))
    params = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return x_shape, w_shape, y_shape, params


def _convolution_sample(s):
    x, w, _, params = _sample(s)
    return (s.array(x), s.array(w)), params


def _convolution_input_sample(s):
    x, w, y, params = _sample(s)
    return (s.array(y), s.array(w)), {"shape": x, **params}


def _convolution_weight_sample(s):
    x, w, y, params = _sample(s)
    return (s.array(y), s.array(x)), {"shape": w, **params}


@primitive(
    x=lambda g, w, x_shape, stride, padding, dilation, groups: convolution_input(
        g, w, x_shape, stride, padding, dilation, groups
    ),
    w=lambda g, x, w_shape, stride, padding, dilation, groups: convolution_weight(
        g, x, w_shape, stride, padding, dilation, groups
    ),
    text="{x} ∗ {w}",
    linear="x w",
    samples=_convolution_sample,
    flops=lambda out, x, w, *_: 2 * out.size * math.prod(w.shape[1:]),
)
def convolution(x, w, stride, padding, dilation, groups):
    """Cross-correlation of x (N, C_in, *spatial) with w (C_out, C_in/groups, *kernel)."""
    return kernels.conv(x, w, stride, padding, dilation, groups)


@primitive(
    y=lambda g, w, stride, padding, dilation, groups: convolution(g, w, stride, padding, dilation, groups),
    w=lambda g, y, w_shape, stride, padding, dilation, groups: convolution_weight(
        y, g, w_shape, stride, padding, dilation, groups
    ),
    text="{y} ∗ᵀ {w}",
    linear="y w",
    samples=_convolution_input_sample,
    flops=lambda out, y, w, *_: 2 * y.size * math.prod(w.shape[1:]),
)
def convolution_input(y, w, shape, stride, padding, dilation, groups):
    """Transposed convolution of y (N, C_out, *out) to an array of `shape`: the adjoint of `convolution` in x."""
    return kernels.conv_input(y, w, shape, stride, padding, dilation, groups)


@primitive(
    y=lambda g, x, stride, padding, dilation, groups: convolution(x, g, stride, padding, dilation, groups),
    x=lambda g, y, x_shape, stride, padding, dilation, groups: convolution_input(
        y, g, x_shape, stride, padding, dilation, groups
    ),
    text="{y} ∗ʷ {x}",
    linear="y x",
    samples=_convolution_weight_sample,
    flops=lambda out, y, x, shape, *_: 2 * y.size * math.prod(shape[1:]),
)
def convolution_weight(y, x, shape, stride, padding, dilation, groups):
    """The adjoint of `convolution` in its weight: correlation of y (N, C_out, *out) with x, to an array of `shape`."""
    return kernels.conv_weight(y, x, shape, stride, padding, dilation, groups)


# --- the public functions ---------------------------------------------------------------------------------------------


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """Convolution along one axis: `conv2d` with input (N, C_in, L) or (C_in, L) and weight (C_out, C_in/groups, k).

    >>> import autograd, numpy as np
    >>> autograd.conv1d(np.array([[1.0, 2.0, 4.0, 8.0]]), np.array([[[-1.0, 1.0]]]))
    array([[1., 2., 4.]])
    """
    return _conv(1, "conv1d", input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """Convolution over images (the kernel is not flipped: cross-correlation, as in PyTorch).

    y[n, o, i, j] = bias[o] + Σ_{c, k, l} input[n, c, i·stride + k·dilation - padding, j·…] · weight[o, c, k, l]

    `input` is (N, C_in, H, W), or (C_in, H, W) for one image; `weight` (C_out, C_in/groups, kH, kW); `bias` (C_out,) or
    None. The result is (N, C_out, H', W') with H' = ⌊(H + 2·padding - dilation·(kH - 1) - 1) / stride⌋ + 1.
    `stride`, `padding` and `dilation` are an integer or one per axis; `padding="same"` keeps H and W (stride 1 only; an
    odd total puts the extra zero at the end), `"valid"` is 0. With `groups`, group i of the output channels sees
    group i of the input channels only.

    Raises ValueError for shapes that do not belong together, and for a kernel larger than the padded input.

    >>> import autograd
    >>> autograd.conv2d(autograd.ones((1, 3, 3)), autograd.ones((1, 1, 3, 3)), padding=1)
    tensor([[[4., 6., 4.],
             [6., 9., 6.],
             [4., 6., 4.]]])
    """
    return _conv(2, "conv2d", input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """Convolution over volumes: `conv2d` with input (N, C_in, D, H, W) and weight (C_out, C_in/groups, kD, kH, kW).

    >>> import autograd
    >>> autograd.conv3d(autograd.ones((1, 2, 4, 4, 4)), autograd.ones((5, 2, 3, 3, 3)), stride=(1, 1, 2)).shape
    (1, 5, 2, 2, 1)
    """
    return _conv(3, "conv3d", input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Transposed convolution along one axis: `conv_transpose2d` with weight (C_in, C_out/groups, k).

    >>> import autograd, numpy as np
    >>> autograd.conv_transpose1d(np.array([[1.0, 2.0]]), np.array([[[1.0, 10.0]]]), stride=2)
    array([[ 1., 10.,  2., 20.]])
    """
    return _conv_transpose(
        1, "conv_transpose1d", input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Transposed convolution over images: the adjoint of `conv2d` in its input, used to enlarge.

    `input` is (N, C_in, H, W), or (C_in, H, W) for one image; `weight` (C_in, C_out/groups, kH, kW); `bias` (C_out,) or
    None. The result is (N, C_out, H', W') with
    H' = (H - 1)·stride - 2·padding + dilation·(kH - 1) + output_padding + 1.
    `padding` takes that much away from each side of the result; `output_padding` adds to one side, to choose among
    the sizes that a strided convolution maps to H, and must be smaller than the stride or the dilation.

    Raises ValueError for shapes that do not belong together, and where the result would have no elements.

    >>> import autograd
    >>> autograd.conv_transpose2d(autograd.ones((1, 3, 8, 8)), autograd.ones((3, 6, 4, 4)), stride=2, padding=1).shape
    (1, 6, 16, 16)
    """
    return _conv_transpose(
        2, "conv_transpose2d", input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Transposed convolution over volumes: `conv_transpose2d` with input (N, C_in, D, H, W).

    >>> import autograd
    >>> autograd.conv_transpose3d(autograd.ones((1, 2, 3, 3, 3)), autograd.ones((2, 1, 2, 2, 2)), stride=2).shape
    (1, 1, 6, 6, 6)
    """
    return _conv_transpose(
        3, "conv_transpose3d", input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def _conv(rank, op, input, weight, bias, stride, padding, dilation, groups):
    x, has_batch = batched(input, rank, op)
    w = _weight(weight, rank, op, f"(C_out, C_in/groups, k{', k'.join(AXES[rank].split(', '))})")
    kernel = w.shape[2:]
    stride = per_axis(stride, rank, op, "stride", 1)
    dilation = per_axis(dilation, rank, op, "dilation", 1)
    pairs = _padding(padding, rank, op, kernel, stride, dilation)
    (groups,) = per_axis(groups, 1, op, "groups", 1)
    if x.shape[1] != w.shape[1] * groups:
        raise ValueError(
            f"{op}: input of shape {x.shape} has {x.shape[1]} channels, but a weight of shape {w.shape} with "
            f"groups={groups} wants {w.shape[1] * groups}; a weight is (C_out, C_in/groups, …)"
        )
    if w.shape[0] % groups:
        raise ValueError(f"{op}: groups={groups} must divide the {w.shape[0]} output channels of weight {w.shape}")
    check_room(op, x.shape[2:], kernel, pairs, dilation)
    y = convolution(x, w, stride, pairs, dilation, groups)
    return unbatched(_with_bias(y, bias, op), has_batch)


def _conv_transpose(rank, op, input, weight, bias, stride, padding, output_padding, groups, dilation):
    y, has_batch = batched(input, rank, op)
    w = _weight(weight, rank, op, f"(C_in, C_out/groups, k{', k'.join(AXES[rank].split(', '))})")
    stride = per_axis(stride, rank, op, "stride", 1)
    dilation = per_axis(dilation, rank, op, "dilation", 1)
    padding = per_axis(padding, rank, op, "padding", 0)
    extra = per_axis(output_padding, rank, op, "output_padding", 0)
    (groups,) = per_axis(groups, 1, op, "groups", 1)
    if y.shape[1] != w.shape[0]:
        raise ValueError(
            f"{op}: input of shape {y.shape} has {y.shape[1]} channels, but a weight of shape {w.shape} wants "
            f"{w.shape[0]}; a transposed convolution's weight is (C_in, C_out/groups, …)"
        )
    if w.shape[0] % groups:
        raise ValueError(f"{op}: groups={groups} must divide the {w.shape[0]} input channels of weight {w.shape}")
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation)):
        raise ValueError(
            f"{op}: output_padding={extra} must be smaller than the stride {stride} or the dilation {dilation}; to "
            f"enlarge the result further, pad it"
        )
    spatial = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, s, p, d, k, e in zip(y.shape[2:], stride, padding, dilation, w.shape[2:], extra)
    )
    if min(spatial) < 1:
        raise ValueError(
            f"{op}: input {y.shape} and weight {w.shape} with padding {padding} give a result of size {spatial}; use "
            f"less padding or a larger input"
        )
    pairs = tuple((p, p - e) for p, e in zip(padding, extra))
    x = convolution_input(y, w, (y.shape[0], w.shape[1] * groups, *spatial), stride, pairs, dilation, groups)
    return unbatched(_with_bias(x, bias, op), has_batch)


def _weight(weight, rank, op, wanted):
    w = operand(weight)
    if len(w.shape) != rank + 2 or 0 in w.shape[2:]:
        raise ValueError(f"{op}: weight of shape {w.shape}, wanted {wanted}")
    return w


def _padding(padding, rank, op, kernel, stride, dilation):
    if isinstance(padding, str):
        if padding == "valid":
            return ((0, 0),) * rank
        if padding != "same":
            raise ValueError(f"{op}: padding={padding!r}, wanted 'same', 'valid', an integer, or one per axis")
        if set(stride) != {1}:
            raise ValueError(
                f"{op}: padding='same' with stride {stride}: no padding keeps the size of a strided result; give the "
                f"padding as numbers"
            )
        return same_padding(kernel, dilation)
    return tuple((p, p) for p in per_axis(padding, rank, op, "padding", 0))


def _with_bias(y, bias, op):
    if bias is None:
        return y
    bias = operand(bias)
    if bias.shape != y.shape[1:2]:
        raise ValueError(f"{op}: bias of shape {bias.shape}, wanted one per output channel: ({y.shape[1]},)")
    return shift_channels(y, bias)
