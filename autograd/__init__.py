"""Reverse-mode automatic differentiation over NumPy arrays.

>>> import autograd
>>> x = autograd.tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> y = (x * x).sum()
>>> y.backward()
>>> x.grad
tensor([2., 4., 6.])
"""

from autograd._conflict import warn_of_hips_autograd

warn_of_hips_autograd()

from autograd.anomaly import detect_anomaly
from autograd.backward import gradients
from autograd.checkpointing import checkpoint
from autograd.dtypes import get_default_dtype, set_default_dtype
from autograd.gradcheck import GradcheckError, PrecisionWarning, gradcheck
from autograd.graph import Mode, enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from autograd.ops import *
from autograd.primitive import Primitive, primitive, registry
from autograd.program import Instruction, Program, Value, trace
from autograd.random import Generator, default_generator, get_rng_state, manual_seed, set_rng_state
from autograd.tensor import Tensor, tensor
from autograd.transforms import *
from autograd import methods as _methods

__version__ = "0.1.0"
