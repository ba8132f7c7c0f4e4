"""`scipy.integrate` for arrays and Tensors; see `autograd.integrate`.

>>> import autograd.scipy.integrate, numpy as np
>>> autograd.scipy.integrate.trapezoid(np.array([0.0, 2.0, 4.0]))
np.float64(4.0)
"""

from autograd.integrate import (
    cumulative_trapezoid as cumulative_trapezoid,
    odeint as odeint,
    quad as quad,
    simpson as simpson,
    solve_ivp as solve_ivp,
    trapezoid as trapezoid,
)

__all__ = ["cumulative_trapezoid", "odeint", "quad", "simpson", "solve_ivp", "trapezoid"]
