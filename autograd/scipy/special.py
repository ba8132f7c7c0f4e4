"""Special functions under SciPy's names: those of `autograd.special`."""

from autograd.special import *  # noqa: F403
from autograd.special import __all__ as __all__
