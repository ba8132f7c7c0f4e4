"""Functions through given points, differentiable by where they are evaluated and by the points; needs SciPy.

The names and arguments are those of `scipy.interpolate`.

>>> import autograd, autograd.interpolate, numpy as np
>>> t = np.linspace(0, 2 * np.pi, 20)
>>> sine = autograd.interpolate.CubicSpline(t, np.sin(t))
>>> round(float(sine(1.0)), 3), round(float(autograd.grad(sine)(1.0)), 3)  # sin 1, cos 1
(0.841, 0.54)
"""

try:
    from autograd.ops.grid_interpolation import (
        RegularGridInterpolator as RegularGridInterpolator,
        interpn as interpn,
    )
    from autograd.ops.splines import CubicSpline as CubicSpline, interp1d as interp1d
except ImportError as _error:
    raise ImportError("autograd.interpolate needs SciPy; install it with `pip install chalkgrad[scipy]`") from _error

__all__ = ["CubicSpline", "RegularGridInterpolator", "interp1d", "interpn"]
