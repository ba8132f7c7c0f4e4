"""The gradients that the docs promise at points without a derivative are the ones computed, in both modes."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, tensor
from scripts.kinks import KINKS

ALL = [pytest.param(kink, id=f"{kink.name} at {kink.at}") for kinks in KINKS.values() for kink in kinks]


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("kink", ALL)
def test_gradients_at_kinks_are_those_promised(kink, dtype):
    x = tensor(kink.at, dtype=dtype, requires_grad=True)
    y = kink.function(x)
    if kink.gradient is None:
        assert not y.requires_grad
        return
    for create_graph in (False, True):
        (g,) = autograd.gradients(y.sum(), x, retain_graph=True, create_graph=create_graph)
        assert g.dtype == dtype
        np.testing.assert_allclose(g.data, kink.gradient, 1e-6)
    for k, promised in enumerate(kink.gradient):
        direction = np.zeros(len(kink.at), dtype)
        direction[k] = 1
        _, t = autograd.jvp(lambda x: kink.function(x).sum(), (x.detach(),), (tensor(direction),))
        np.testing.assert_allclose(t.data if isinstance(t, Tensor) else t, promised, 1e-6)
