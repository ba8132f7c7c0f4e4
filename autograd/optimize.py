"""Minima, roots and fixed points by SciPy's solvers, which get our derivatives; needs SciPy.

The names and arguments are those of `scipy.optimize`. Unknowns may be nested containers of arrays, and what is found
can be differentiated by the arguments `args` of the function.

>>> import autograd, autograd.optimize, numpy as np
>>> best = lambda a: autograd.optimize.minimize(lambda x, a: ((x - a) ** 2).sum() + np.sum(x**4), np.zeros(2), (a,)).x
>>> autograd.jacobian(best)(np.array([3.0, 0.0])).round(4)
array([[0.1429, 0.    ],
       [0.    , 1.    ]])
"""

try:
    from autograd.ops.minimization import least_squares as least_squares, minimize as minimize
    from autograd.ops.root_finding import fixed_point as fixed_point, root as root, root_scalar as root_scalar
except ImportError as _error:
    raise ImportError("autograd.optimize needs SciPy; install it with `pip install chalkgrad[scipy]`") from _error

__all__ = ["fixed_point", "least_squares", "minimize", "root", "root_scalar"]
