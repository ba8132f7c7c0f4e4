"""What answers for NumPy's ufuncs itself, as labelled arrays do, keeps the Tensors it is combined with."""

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

import autograd
from autograd import tensor


class Labelled(NDArrayOperatorsMixin):
    """An array with a label around whatever it is given."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return Labelled(ufunc(*(x.values if isinstance(x, Labelled) else x for x in inputs), **kwargs))


@pytest.mark.parametrize(
    "product",
    [
        lambda x, y: x * y,
        lambda x, y: y * x,
        lambda x, y: np.multiply(x, y),
        lambda x, y: autograd.multiply(x, y),
    ],
)
def test_operands_that_answer_for_themselves(product):
    a = np.array([1.0, 2.0, 3.0])
    f = lambda x: np.sum(product(x, Labelled(a)).values)
    assert autograd.grad(f)(2.0) == 6.0
    assert autograd.jvp(f, (2.0,), (1.0,)) == (12.0, 6.0)
    assert autograd.grad(lambda x: np.sum(product(x, Labelled(a) * x).values))(2.0) == 24.0
    assert isinstance(product(tensor(a), Labelled(a)), Labelled)
    np.testing.assert_array_equal(product(a, Labelled(a)).values, a * a)


def test_what_cannot_hold_tensors_is_an_array():
    class Column(Labelled):
        __pandas_priority__ = 3000

    t = tensor(np.arange(3.0), requires_grad=True)
    (g,) = autograd.gradients((t * Column(np.arange(3.0))).sum(), t)
    assert g.tolist() == [0.0, 1.0, 2.0]
