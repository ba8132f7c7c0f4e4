"""Special functions under the names of `scipy.special`, and those of `torch.special` where that has others.

Each is differentiable, to any order and in both modes, in every argument but those that its text calls constant, whose
derivative is refused. They take Tensors, arrays and numbers; SciPy's own functions give the same of a Tensor, as in
`scipy.special.gamma(t)`. softmax, log_softmax and logsumexp have SciPy's signature here.

>>> from autograd import grad, special
>>> grad(special.gammaln)(3.0), float(special.digamma(3.0))
(0.9227843350984671, 0.9227843350984671)
"""

from importlib.util import find_spec as _find_spec
from types import ModuleType as _ModuleType

if _find_spec("scipy") is None:
    raise ImportError("autograd.special needs SciPy; install it with `pip install chalkgrad[scipy]`")

from autograd.ops import exp2, expm1, log1p, round, sigmoid as expit, sinc
from autograd.ops.arithmetic import cbrt
from autograd.ops.special_bessel import *
from autograd.ops.special_complex import *
from autograd.ops.special_distributions import *
from autograd.ops.special_entropy import *
from autograd.ops.special_error import *
from autograd.ops.special_gamma import *
from autograd.ops.special_incomplete import *
from autograd.ops.special_integrals import *
from autograd.ops.special_others import *
from autograd.ops.special_spherical import *

__all__ = [_n for _n, _v in list(globals().items()) if not _n.startswith("_") and not isinstance(_v, _ModuleType)]
