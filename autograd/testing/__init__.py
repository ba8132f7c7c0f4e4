"""Property tests for primitives, and hypothesis strategies and comparisons for your own functions. Needs `hypothesis`.

>>> import autograd
>>> from autograd.testing import check_primitive
>>> check_primitive(autograd.multiply, max_examples=5)
"""

from autograd.testing.comparison import assert_close
from autograd.testing.example import Example
from autograd.testing.primitive_checks import PRIMITIVE_CHECKS, check_order_3
from autograd.testing.strategies import check_primitive, examples

__all__ = ["PRIMITIVE_CHECKS", "Example", "assert_close", "check_order_3", "check_primitive", "examples"]
