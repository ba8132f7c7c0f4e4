"""Strategies and comparisons for tests of your own functions, and the property tests of primitives. Needs hypothesis.

A function of arrays, over drawn inputs:

>>> import autograd
>>> from autograd.testing import arrays, check_function, check_primitive
>>> check_function(lambda x: (x * x).sum(), arrays((3,)))

A primitive, over its declared samples, by all of `PRIMITIVE_CHECKS`:

>>> check_primitive(autograd.multiply, max_examples=5)
"""

from autograd.testing.comparison import assert_close
from autograd.testing.example import Example
from autograd.testing.primitive_checks import PRIMITIVE_CHECKS, check_order_3
from autograd.testing.properties import check_primitive, examples
from autograd.testing.strategies import arrays, broadcastable_shapes, check_function, shapes, tensors

__all__ = [
    "PRIMITIVE_CHECKS",
    "Example",
    "arrays",
    "assert_close",
    "broadcastable_shapes",
    "check_function",
    "check_order_3",
    "check_primitive",
    "examples",
    "shapes",
    "tensors",
]
