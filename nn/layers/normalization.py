"""Normalization: by batch, layer, group and instance, by the root mean square, and over neighbouring channels."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

import autograd
from autograd.dtypes import get_default_dtype
from autograd.graph import assign
from autograd.ops.group_norms import group_norm, instance_norm, local_response_norm, rms_norm
from autograd.tensor import Tensor
from nn import init
from nn.layers.linear import check_sizes, new_parameter
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LayerNorm",
    "LocalResponseNorm",
    "RMSNorm",
]


def reset_affine(weight: Parameter | None, bias: Parameter | None) -> None:
    """Weight 1, bias 0, where they are."""
    if weight is not None:
        init.ones_(weight)
    if bias is not None:
        init.zeros_(bias)


class _BatchNorm(Module):
    takes_integers = False
    ranks: ClassVar[tuple[int, ...]]
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        check_sizes(self, num_features=num_features)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = new_parameter((num_features,), dtype, "weight") if affine else None
        self.bias = new_parameter((num_features,), dtype, "bias") if affine and bias else None
        kind = get_default_dtype() if dtype is None else dtype
        tracked = track_running_stats
        self.register_buffer("running_mean", np.zeros(num_features, kind) if tracked else None)
        self.register_buffer("running_var", np.ones(num_features, kind) if tracked else None)
        self.register_buffer("num_batches_tracked", np.zeros((), np.int64) if tracked else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget the batches seen: mean 0, variance 1."""
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            init.zeros_(self.num_batches_tracked)

    def reset_parameters(self) -> None:
        """Start anew: weight 1, bias 0, no batches seen."""
        self.reset_running_stats()
        reset_affine(self.weight, self.bias)

    def forward(self, x: Any) -> Any:
        if x.ndim not in self.ranks or x.shape[1] != self.num_features:
            axes = " or ".join(str(rank) for rank in self.ranks)
            raise ValueError(
                f"{type(self).__name__} wants an input of {axes} axes with {self.num_features} channels in axis 1, "
                f"got shape {x.shape}"
            )
        momentum: Any = self.momentum or 0.0
        count = self.num_batches_tracked
        if self.training and count is not None:
            assign([count], [autograd.add(count, 1)])
            if self.momentum is None and self.running_mean is not None:
                momentum = autograd.astype(1 / count, self.running_mean.dtype)
        return autograd.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Batch normalization of (N, C) or (N, C, L), per channel; as `BatchNorm2d`: weight 1, bias 0 at first.

    >>> import nn
    >>> nn.BatchNorm1d(1, eps=0.0)([[1.0], [3.0]]).tolist()
    [[-1.0], [1.0]]
    """

    ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch normalization of images (N, C, H, W), per channel (Ioffe & Szegedy 2015).

        y = (x - mean) / √(var + eps) · weight + bias

    In training mean and variance are the batch's, and the buffers move towards them: running ← (1 - m) running + m
    batch with m = `momentum` (None: the plain average over all batches), the variance there divided by n - 1. In
    evaluation the buffers are used; without `track_running_stats` always the batch's. weight (C,) is 1 and bias (C,) 0
    at first; `affine=False` leaves both out, `bias=False` the bias. See `autograd.batch_norm`.

    >>> import nn, numpy as np
    >>> nn.BatchNorm2d(3)(np.zeros((2, 3, 4, 4))).shape
    (2, 3, 4, 4)
    """

    ranks = (4,)


class BatchNorm3d(_BatchNorm):
    """Batch normalization of volumes (N, C, D, H, W), per channel; as `BatchNorm2d`.

    >>> import nn, numpy as np
    >>> nn.BatchNorm3d(3)(np.zeros((2, 3, 4, 4, 4))).shape
    (2, 3, 4, 4, 4)
    """

    ranks = (5,)


class LayerNorm(Module):
    """Layer normalization over the last axes (Ba, Kiros & Hinton 2016): (…, *normalized_shape) → the same shape.

        y = (x - mean) / √(var + eps) · weight + bias

    weight is 1 and bias 0 at first, both of `normalized_shape`; `elementwise_affine=False` leaves both out,
    `bias=False` the bias.

    >>> import nn
    >>> nn.LayerNorm(2, eps=0.0)([[1.0, 3.0], [0.0, 10.0]]).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """

    takes_integers = False

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape, self.eps, self.elementwise_affine = shape, eps, elementwise_affine
        self.weight = new_parameter(shape, dtype, "weight") if elementwise_affine else None
        self.bias = new_parameter(shape, dtype, "bias") if elementwise_affine and bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start anew: weight 1, bias 0."""
        reset_affine(self.weight, self.bias)

    def forward(self, x: Any) -> Any:
        return autograd.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Root mean square normalization over the last axes (Zhang & Sennrich 2019): (…, *normalized_shape) → the same.

        y = x / √(mean x² + eps) · weight

    weight, of `normalized_shape`, is 1 at first; `elementwise_affine=False` leaves it out. `eps` is the spacing of the
    input's dtype unless given.

    >>> import nn
    >>> nn.RMSNorm(2, eps=0.0)([[2.0, -2.0]]).tolist()
    [[1.0, -1.0]]
    """

    takes_integers = False

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape, self.eps, self.elementwise_affine = shape, eps, elementwise_affine
        self.weight = new_parameter(shape, dtype, "weight") if elementwise_affine else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start anew: weight 1."""
        reset_affine(self.weight, None)

    def forward(self, x: Any) -> Any:
        return rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """Group normalization of (N, C, *spatial), per sample and group of C / num_groups channels (Wu & He 2018).

        y = (x - mean) / √(var + eps) · weight + bias

    weight (C,) is 1 and bias (C,) 0 at first; `affine=False` leaves both out, `bias=False` the bias. Raises ValueError
    unless C = `num_channels` is a multiple of `num_groups`. See `autograd.group_norm`.

    >>> import nn
    >>> nn.GroupNorm(2, 4, eps=0.0)([[1.0, 3.0, 0.0, 10.0]]).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """

    takes_integers = False

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        check_sizes(self, num_groups=num_groups, num_channels=num_channels)
        if not num_groups or num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: num_channels must be a multiple of num_groups, got num_channels={num_channels} and "
                f"num_groups={num_groups}"
            )
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = new_parameter((num_channels,), dtype, "weight") if affine else None
        self.bias = new_parameter((num_channels,), dtype, "bias") if affine and bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start anew: weight 1, bias 0."""
        reset_affine(self.weight, self.bias)

    def forward(self, x: Any) -> Any:
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(
                f"GroupNorm wants an input (N, C, *spatial) with C = {self.num_channels} channels, got shape {x.shape}"
            )
        return group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class _InstanceNorm(_BatchNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias=bias, dtype=dtype)

    def forward(self, x: Any) -> Any:
        (full,) = self.ranks
        single = x.ndim == full - 1
        if x.ndim not in (full, full - 1) or x.shape[-full + 1] != self.num_features:
            raise ValueError(
                f"{type(self).__name__} wants an input (N, C, *spatial) of {full} axes, or without N, with C = "
                f"{self.num_features} channels, got shape {x.shape}"
            )
        y = instance_norm(
            autograd.expand_dims(x, 0) if single else x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            self.momentum or 0.0,
            self.eps,
        )
        return y[0] if single else y


class InstanceNorm1d(_InstanceNorm):
    """Instance normalization of (N, C, L) or (C, L), per sample and channel; as `InstanceNorm2d`.

    >>> import nn
    >>> nn.InstanceNorm1d(2, eps=0.0)([[[1.0, 3.0], [0.0, 10.0]]]).tolist()
    [[[-1.0, 1.0], [-1.0, 1.0]]]
    """

    ranks = (3,)


class InstanceNorm2d(_InstanceNorm):
    """Instance normalization of images (N, C, H, W) or (C, H, W), per sample and channel (Ulyanov et al. 2016).

        y = (x - mean) / √(var + eps) · weight + bias

    Without `affine` there are no weight and bias; with it, weight (C,) is 1 and bias (C,) 0 at first. With
    `track_running_stats` buffers move in training towards the batch's mean of mean and of variance (divided by n - 1),
    by the share `momentum`, and are used in evaluation. See `autograd.instance_norm`.

    >>> import nn, numpy as np
    >>> nn.InstanceNorm2d(3)(np.zeros((2, 3, 4, 4))).shape
    (2, 3, 4, 4)
    """

    ranks = (4,)


class InstanceNorm3d(_InstanceNorm):
    """Instance normalization of volumes (N, C, D, H, W) or (C, D, H, W), per sample and channel; as `InstanceNorm2d`.

    >>> import nn, numpy as np
    >>> nn.InstanceNorm3d(3)(np.zeros((2, 3, 4, 4, 4))).shape
    (2, 3, 4, 4, 4)
    """

    ranks = (5,)


class LocalResponseNorm(Module):
    """Local response normalization of (N, C, *spatial) over `size` neighbouring channels (Krizhevsky et al. 2012).

        y_c = x_c / (k + α/size · Σ x_j²)^β,  j from c - size//2 to c + (size - 1)//2

    >>> import nn, numpy as np
    >>> nn.LocalResponseNorm(2, alpha=2.0, beta=1.0, k=0.0)(np.ones((1, 3, 1))).tolist()
    [[[1.0], [0.5], [0.5]]]
    """

    takes_integers = False

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, x: Any) -> Any:
        return local_response_norm(x, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
