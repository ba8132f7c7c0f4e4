"""Weights with a norm of their own, of spectral norm one, or orthogonal."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.graph import assign, no_grad
from autograd.random import default_generator
from autograd.tensor import Tensor, wrap
from nn.functional.distance import normalize
from nn.layers.convolution import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.module import Module
from nn.utils.parametrize import register_parametrization

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """w = g v / ‖v‖ (Salimans & Kingma 2016, arXiv 1602.07868, eq. 2): length and direction are trained separately.

    The norm is taken over all axes but `dim` (over all, for None). g is `original0`, v `original1`.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    >>> layer.parametrizations.weight.original0.shape, layer.weight.shape
    ((3, 1), (3, 2))
    """
    return register_parametrization(module, name, _WeightNorm(dim))


class _WeightNorm(Module):
    def __init__(self, dim: int | None) -> None:
        super().__init__()
        self.dim = dim

    def _length(self, v: Any) -> Any:
        if self.dim is None:
            return autograd.sqrt(autograd.sum(v * v))
        dim = self.dim % v.ndim
        return autograd.sqrt(autograd.sum(v * v, axis=tuple(a for a in range(v.ndim) if a != dim), keepdims=True))

    def forward(self, g: Any, v: Any) -> Any:
        return v * (g / self._length(v))

    def right_inverse(self, weight: Any) -> tuple[Any, Any]:
        return self._length(weight), weight


def spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Module:
    """w = v / σ(v), σ the largest singular value (Miyato et al. 2018, arXiv 1802.05957, algorithm 1).

    The weight counts as a matrix with axis `dim` (default 0, for transposed convolutions 1) as its rows. σ is
    estimated by `n_power_iterations` steps of power iteration at every call in training, from where the last stopped.

    >>> import nn, numpy as np
    >>> layer = nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3), n_power_iterations=50)
    >>> round(float(np.linalg.norm(layer.weight.data, 2)), 3)
    1.0
    """
    if n_power_iterations < 1:
        raise ValueError(f"spectral_norm: n_power_iterations must be at least 1, got {n_power_iterations}")
    if dim is None:
        dim = 1 if isinstance(module, ConvTranspose1d | ConvTranspose2d | ConvTranspose3d) else 0
    weight = getattr(module, name)
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


class _SpectralNorm(Module):
    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Any, n_power_iterations: int, dim: int, eps: float) -> None:
        super().__init__()
        self.dim, self.n_power_iterations, self.eps = dim % max(weight.ndim, 1), n_power_iterations, eps
        if weight.ndim > 1:
            matrix = self._matrix(weight.detach()).data
            rng = default_generator()
            for buffer, size in (("_u", matrix.shape[0]), ("_v", matrix.shape[1])):
                start = rng.standard_normal(size).astype(matrix.dtype)
                self.register_buffer(buffer, start / np.maximum(np.linalg.norm(start), eps))
            self._iterate(matrix, 15)

    def _matrix(self, weight: Any) -> Any:
        return autograd.moveaxis(weight, self.dim, 0).reshape(weight.shape[self.dim], -1)

    def _iterate(self, matrix: np.ndarray, steps: int) -> None:
        u, v = self._u.data, self._v.data
        for _ in range(steps):
            u = matrix @ v
            u = u / max(float(np.linalg.norm(u)), self.eps)
            v = matrix.T @ u
            v = v / max(float(np.linalg.norm(v)), self.eps)
        with no_grad():
            assign([self._u, self._v], [u, v])

    def forward(self, weight: Any) -> Any:
        if weight.ndim == 1:
            return normalize(weight, dim=0, eps=self.eps)
        matrix = self._matrix(weight)
        if self.training:
            self._iterate(matrix.data, self.n_power_iterations)
        u, v = wrap(self._u.data.copy()), wrap(self._v.data.copy())
        return weight / autograd.vecdot(u, autograd.matmul(matrix, v))

    def right_inverse(self, value: Any) -> Any:
        return value


def orthogonal(
    module: Module, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Module:
    """A weight with orthonormal columns (or rows, where there are fewer), from an unconstrained matrix X.

    `orthogonal_map` is "matrix_exp", exp(A) with A = tril(X) - tril(X)ᵀ (default for square matrices), "cayley",
    (I - A/2)⁻¹ (I + A/2), or "householder", a product of reflections (default else). With `use_trivialization` the map
    starts from the present weight's nearest basis (Lezcano-Casado 2019, arXiv 1909.09501).

    >>> import nn, numpy as np
    >>> layer = nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
    >>> bool(np.allclose(layer.weight.data @ layer.weight.data.T, np.eye(3), atol=1e-5))
    True
    """
    weight = getattr(module, name)
    if weight.ndim < 2:
        raise ValueError(f"orthogonal: {name} must be a matrix or a batch of them, got shape {weight.shape}")
    square = weight.shape[-1] == weight.shape[-2]
    chosen = orthogonal_map or ("matrix_exp" if square else "householder")
    if chosen not in ("matrix_exp", "cayley", "householder"):
        raise ValueError(f"orthogonal: orthogonal_map must be 'matrix_exp', 'cayley' or 'householder', got {chosen!r}")
    if not use_trivialization and chosen != "householder":
        raise ValueError(f"orthogonal: {chosen} needs use_trivialization=True to start from a given weight")
    return register_parametrization(module, name, _Orthogonal(weight, chosen, use_trivialization), unsafe=True)


class _Orthogonal(Module):
    def __init__(self, weight: Any, orthogonal_map: str, use_trivialization: bool) -> None:
        super().__init__()
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X: Any) -> Any:
        rows, columns = X.shape[-2:]
        wide = rows < columns
        if wide:
            X = X.mT
            rows, columns = columns, rows
        if self.orthogonal_map == "householder":
            A = autograd.tril(X, -1)
            tau = 2.0 / (1.0 + autograd.sum(A * A, axis=-2))
            signs = np.trunc(np.diagonal(X.data, axis1=-2, axis2=-1))[..., None, :].astype(X.dtype)
            Q = _reflections(A, tau) * signs
        else:
            A = autograd.tril(X)
            if rows != columns:
                A = autograd.pad(A, ((0, 0),) * (A.ndim - 1) + ((0, rows - columns),))
            A = A - A.mT
            if self.orthogonal_map == "matrix_exp":
                Q = autograd.linalg.matrix_exp(A)
            else:
                eye = np.eye(rows, dtype=X.dtype)
                Q = autograd.linalg.solve(eye - 0.5 * A, eye + 0.5 * A)
            Q = Q[..., :columns]
        base = getattr(self, "base", None)
        if base is not None:
            Q = autograd.matmul(base, Q)
        return Q.mT if wide else Q

    def right_inverse(self, value: Any) -> Any:
        Q = np.array(value.data)
        wide = Q.shape[-2] < Q.shape[-1]
        if wide:
            Q = np.swapaxes(Q, -1, -2)
        rows, columns = Q.shape[-2:]
        if not hasattr(self, "base"):
            start = _reflectors(Q)
        else:
            if rows != columns:
                fill = default_generator().standard_normal((*Q.shape[:-1], rows - columns)).astype(Q.dtype)
                Q = np.concatenate([Q, fill], -1)
            q, r = np.linalg.qr(Q)
            self.base = wrap((q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]).astype(Q.dtype))
            start = np.zeros((*Q.shape[:-1], columns), Q.dtype)
            diagonal = np.arange(columns)
            start[..., diagonal, diagonal] = -1
        return wrap(np.swapaxes(start, -1, -2).copy() if wide else start)


def _reflections(A: Any, tau: Any) -> Any:
    """The first columns of H₀ H₁ …, Hᵢ = I - τᵢ vᵢ vᵢᵀ, vᵢ = eᵢ + the i-th column of A."""
    rows, columns = A.shape[-2:]
    V = A + np.eye(rows, columns, dtype=A.dtype)
    Q: Any = np.broadcast_to(np.eye(rows, columns, dtype=A.dtype), A.shape)
    for i in reversed(range(columns)):
        v = V[..., :, i, None]
        Q = Q - tau[..., i, None, None] * autograd.matmul(v, autograd.matmul(v.mT, Q))
    return Q


def _reflectors(Q: np.ndarray) -> np.ndarray:
    """X with `_reflections` of its lower part times the signs on its diagonal equal to Q with orthonormal columns."""
    columns = Q.shape[-1]
    R, X = Q.copy(), np.zeros_like(Q)
    for i in range(columns):
        x = R[..., i:, i]
        sign = np.where(x[..., :1] > 0, -1.0, 1.0)  # reflects x onto the far end of the axis
        v = x.copy()
        v[..., :1] -= sign * np.linalg.norm(x, axis=-1, keepdims=True)
        v = v / v[..., :1]
        tau = 2 / np.sum(v * v, -1)
        R[..., i:, :] -= (
            tau[..., None, None] * v[..., :, None] * np.einsum("...k,...kj->...j", v, R[..., i:, :])[..., None, :]
        )
        X[..., i + 1 :, i] = v[..., 1:]
        X[..., i, i] = sign[..., 0]
    return X
