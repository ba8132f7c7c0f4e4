"""Probability distributions with SciPy's names and signatures, differentiable in the variable and every parameter.

Continuous ones have logpdf, pdf, cdf, sf, logcdf, logsf, ppf and isf, discrete ones logpmf, pmf and the first four of
those; everything else (rvs, fit, moments, …) is SciPy's own, of plain numbers. Called with parameters, a distribution
is frozen: `stats.norm(1.0, 2.0).cdf(x)`. Arguments broadcast. Outside the support densities are 0, their logarithms -∞
and all derivatives 0; at its ends derivatives are those of the formula, which may be infinite or none (NaN).

>>> from autograd import grad, stats
>>> grad(stats.norm.logpdf)(1.0)
-1.0
"""

from importlib.util import find_spec as _find_spec
from types import ModuleType as _ModuleType

if _find_spec("scipy") is None:
    raise ImportError("autograd.stats needs SciPy; install it with `pip install chalkgrad[scipy]`")

from autograd.stats.discrete import *
from autograd.stats.half_line import *
from autograd.stats.multivariate import *
from autograd.stats.real_line import *

__all__ = [_n for _n, _v in list(globals().items()) if not _n.startswith("_") and not isinstance(_v, _ModuleType)]
