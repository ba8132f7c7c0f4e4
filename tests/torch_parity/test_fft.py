"""Discrete Fourier transforms against PyTorch's, with PyTorch's argument names."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from autograd import fft, gradients, tensor

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (3, 4, 6))
Z = X + 1j * RNG.uniform(-1, 1, X.shape)


@pytest.mark.parametrize(
    "name, kwargs",
    [
        *(
            (n, k)
            for n in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
            for k in ({}, {"n": 5}, {"n": 9, "dim": 0})
        ),
        *((n, {"norm": "ortho", "dim": 1}) for n in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")),
        *((n, k) for n in ("fft2", "ifft2", "rfft2", "irfft2") for k in ({}, {"s": (3, 7)}, {"norm": "forward"})),
        *((n, k) for n in ("fftn", "ifftn", "rfftn", "irfftn") for k in ({}, {"s": (3, 7)}, {"dim": (0, 2)})),
        *((n, {"dim": (0, 1)}) for n in ("fftshift", "ifftshift")),
    ],
)
def test_values_and_gradients(name, kwargs):
    x = X if name.startswith("rfft") or name == "ihfft" else Z
    t, u = tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    mine, theirs = getattr(fft, name)(t, **kwargs), getattr(torch.fft, name)(u, **kwargs)
    np.testing.assert_allclose(mine.detach().numpy(), theirs.detach().resolve_conj().numpy(), rtol=1e-10, atol=1e-12)
    adjoint = RNG.uniform(-1, 1, mine.shape) + (1j * RNG.uniform(-1, 1, mine.shape) if mine.is_complex() else 0)
    (d,), (e,) = gradients(mine, t, adjoint), torch.autograd.grad(theirs, u, torch.tensor(adjoint))
    np.testing.assert_allclose(d.numpy(), e.resolve_conj().numpy(), rtol=1e-10, atol=1e-12)
