"""`scipy.interpolate` for arrays and Tensors; see `autograd.interpolate`.

>>> import autograd.scipy.interpolate, numpy as np
>>> autograd.scipy.interpolate.interp1d(np.array([0.0, 1.0]), np.array([0.0, 3.0]))(np.array([0.5]))
array([1.5])
"""

from autograd.interpolate import (
    CubicSpline as CubicSpline,
    RegularGridInterpolator as RegularGridInterpolator,
    interp1d as interp1d,
    interpn as interpn,
)

__all__ = ["CubicSpline", "RegularGridInterpolator", "interp1d", "interpn"]
