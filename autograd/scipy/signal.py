"""`scipy.signal`'s convolutions and correlations for arrays and Tensors, and HIPS autograd's convolution over axes.

>>> import autograd, autograd.scipy.signal, numpy as np
>>> smooth = lambda kernel: (autograd.scipy.signal.convolve(np.array([1.0, 5.0, 1.0]), kernel, "valid") ** 2).sum()
>>> autograd.grad(smooth)(np.array([0.5, 0.5]))
array([36., 36.])
"""

from autograd.ops.signal import convolve as convolve, correlate as correlate, fftconvolve as fftconvolve

__all__ = ["convolve", "correlate", "fftconvolve"]
