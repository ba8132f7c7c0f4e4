"""Integrals and ordinary differential equations, differentiable; needs SciPy.

The names and arguments are those of `scipy.integrate`; what functions need beside their variables they are given by
`args`, so that the derivative by it is known.

>>> import autograd, autograd.integrate, numpy as np
>>> area = lambda r: autograd.integrate.quad(lambda x, r: 2 * np.sqrt(r**2 - x**2), -r, r, (r,))[0]
>>> round(area(1.0), 6)
3.141593
"""

try:
    from autograd.ops.differential_equations import odeint as odeint, solve_ivp as solve_ivp
    from autograd.ops.quadrature import cumulative_trapezoid as cumulative_trapezoid, quad as quad, simpson as simpson
except ImportError as _error:
    raise ImportError("autograd.integrate needs SciPy; install it with `pip install chalkgrad[scipy]`") from _error

from autograd.ops import trapezoid as trapezoid

__all__ = ["cumulative_trapezoid", "odeint", "quad", "simpson", "solve_ivp", "trapezoid"]
