"""Every primitive, over its samples: see autograd.testing for what must hold."""

import numpy as np
import pytest
from hypothesis import settings

from autograd import registry
from autograd.ops import load_all
from autograd.sampling import Sampler
from autograd.testing import PRIMITIVE_CHECKS, check_order_3, check_primitive

load_all()
LONG = settings.get_current_profile_name() == "long"
MAX_EXAMPLES = 300 if LONG else 40


@pytest.fixture(params=["reference"])
def kernel_set(request):
    """The set of kernels in use; a second, native set is one more parameter here."""
    return request.param


@pytest.mark.parametrize("name", sorted(name for name, p in registry.items() if p.args))
def test_primitive(name, kernel_set):
    checks = (*PRIMITIVE_CHECKS, check_order_3) if LONG else PRIMITIVE_CHECKS
    check_primitive(registry[name], MAX_EXAMPLES, checks)


@pytest.mark.parametrize("name", sorted(n for n, p in registry.items() if p.elementwise and p.differentiable))
def test_samples_of_elementwise_primitives_take_every_form(name):
    sampler = Sampler(np.random.default_rng(0))
    drawn = [registry[name].samples(sampler)[0] for _ in range(400)]
    arrays = [np.asarray(a) for args in drawn for a in args]
    assert any(a.ndim == 0 for a in arrays)
    assert any(a.size == 0 for a in arrays)
    assert any(not a.flags.c_contiguous for a in arrays)
    if len(drawn[0]) > 1:
        assert any(len({np.shape(a) for a in args}) > 1 for args in drawn)
