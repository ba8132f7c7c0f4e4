"""Dropout and noise: what is random in training and does nothing in evaluation."""

from __future__ import annotations

from typing import Any

from nn import functional as F
from nn.functional.checks import refuse_inplace
from nn.module import Module

__all__ = [
    "AlphaDropout",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "FeatureAlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
]


class _Dropout(Module):
    takes_integers = False

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        refuse_inplace(type(self).__name__, inplace)
        if not 0 <= p <= 1:
            raise ValueError(f"{type(self).__name__}: p must lie in [0, 1], got {p}")
        self.p, self.inplace = p, inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """In training, sets each element to 0 with probability p and scales the others by 1 / (1 - p).

    In evaluation it returns its input. Draws from the global generator that `autograd.manual_seed` seeds. Raises
    ValueError unless 0 ≤ p ≤ 1, and for `inplace=True`.

    >>> import nn, numpy as np
    >>> nn.Dropout().eval()(np.ones(3)).tolist()
    [1.0, 1.0, 1.0]
    """

    def forward(self, x: Any) -> Any:
        return F.dropout(x, self.p, self.training)


class Dropout1d(_Dropout):
    """`Dropout` of whole channels of (N, C, L) or (C, L).

    >>> import nn, numpy as np
    >>> sorted(set(nn.Dropout1d()(np.ones((4, 5, 2))).ravel().tolist()))
    [0.0, 2.0]
    """

    def forward(self, x: Any) -> Any:
        return F.dropout1d(x, self.p, self.training)


class Dropout2d(_Dropout):
    """`Dropout` of whole channels of (N, C, H, W) or (C, H, W).

    >>> import nn, numpy as np
    >>> sorted(set(nn.Dropout2d()(np.ones((4, 5, 2, 2))).ravel().tolist()))
    [0.0, 2.0]
    """

    def forward(self, x: Any) -> Any:
        return F.dropout2d(x, self.p, self.training)


class Dropout3d(_Dropout):
    """`Dropout` of whole channels of (N, C, D, H, W) or (C, D, H, W).

    >>> import nn, numpy as np
    >>> sorted(set(nn.Dropout3d()(np.ones((4, 5, 2, 2, 2))).ravel().tolist()))
    [0.0, 2.0]
    """

    def forward(self, x: Any) -> Any:
        return F.dropout3d(x, self.p, self.training)


class AlphaDropout(_Dropout):
    """Dropout for networks of SELU: keeps mean 0 and variance 1; see `nn.functional.alpha_dropout`.

    >>> import nn, numpy as np
    >>> nn.AlphaDropout(0.1).eval()(np.ones(3)).tolist()
    [1.0, 1.0, 1.0]
    """

    def forward(self, x: Any) -> Any:
        return F.alpha_dropout(x, self.p, self.training)


class FeatureAlphaDropout(_Dropout):
    """`AlphaDropout` of whole channels of (N, C, …).

    >>> import nn, numpy as np
    >>> y = nn.FeatureAlphaDropout()(np.ones((4, 5, 6)))
    >>> (y == y[..., :1]).all().item()
    True
    """

    def forward(self, x: Any) -> Any:
        return F.feature_alpha_dropout(x, self.p, self.training)


class GaussianNoise(Module):
    """In training, adds noise from N(0, std²); in evaluation it returns its input. As in Keras.

    >>> import nn, numpy as np
    >>> nn.GaussianNoise(0.1).eval()(np.ones(3)).tolist()
    [1.0, 1.0, 1.0]
    """

    takes_integers = False

    def __init__(self, std: float) -> None:
        super().__init__()
        if not std >= 0:
            raise ValueError(f"GaussianNoise: std must not be negative, got {std}")
        self.std = std

    def forward(self, x: Any) -> Any:
        return F.gaussian_noise(x, self.std, self.training)

    def extra_repr(self) -> str:
        return f"std={self.std}"


class GaussianDropout(Module):
    """In training, multiplies by noise from N(1, p / (1 - p)); in evaluation it returns its input. As in Keras.

    >>> import nn, numpy as np
    >>> nn.GaussianDropout(0.1).eval()(np.ones(3)).tolist()
    [1.0, 1.0, 1.0]
    """

    takes_integers = False

    def __init__(self, p: float) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ValueError(f"GaussianDropout: p must lie in [0, 1), got {p}")
        self.p = p

    def forward(self, x: Any) -> Any:
        return F.gaussian_dropout(x, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}"
