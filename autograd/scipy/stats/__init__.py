"""Probability distributions under SciPy's names: those of `autograd.stats`.

`import autograd.scipy.stats.norm as norm`, as HIPS autograd has it, works too.
"""

import sys as _sys

from autograd.stats import *
from autograd.stats import __all__ as __all__

for _name in __all__:
    _sys.modules[f"{__name__}.{_name}"] = globals()[_name]
