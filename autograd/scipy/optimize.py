"""`scipy.optimize` with derivatives; see `autograd.optimize`.

>>> import autograd.scipy.optimize
>>> round(autograd.scipy.optimize.minimize(lambda x: (x - 2) ** 4 + x**2, 0.0, method="Newton-CG").x, 4)
1.1649
"""

from autograd.optimize import (
    fixed_point as fixed_point,
    least_squares as least_squares,
    minimize as minimize,
    root as root,
    root_scalar as root_scalar,
)

__all__ = ["fixed_point", "least_squares", "minimize", "root", "root_scalar"]
