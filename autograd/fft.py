"""Discrete Fourier transforms: `numpy.fft`, differentiable, with the names of the array API's `fft` and PyTorch's.

>>> import autograd
>>> import numpy as np
>>> signal = autograd.tensor([0.0, 1.0, 0.0, -1.0], requires_grad=True)
>>> power = (autograd.fft.rfft(signal).abs() ** 2).sum()
>>> autograd.gradients(power, signal)
(tensor([ 0.,  4.,  0., -4.]),)
"""

from autograd.ops.fft import (
    fft as fft,
    fft2 as fft2,
    fftfreq as fftfreq,
    fftn as fftn,
    fftshift as fftshift,
    hfft as hfft,
    ifft as ifft,
    ifft2 as ifft2,
    ifftn as ifftn,
    ifftshift as ifftshift,
    ihfft as ihfft,
    irfft as irfft,
    irfft2 as irfft2,
    irfftn as irfftn,
    rfft as rfft,
    rfft2 as rfft2,
    rfftfreq as rfftfreq,
    rfftn as rfftn,
)

__all__ = [_n for _n in list(globals()) if not _n.startswith("_")]
