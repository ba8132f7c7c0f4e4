"""Every primitive, over its samples: see autograd.testing for what must hold."""

import numpy as np
import pytest
from hypothesis import settings

from autograd import registry, tensor
from autograd.ops import load_all
from autograd.sampling import Sampler
from autograd.testing import PRIMITIVE_CHECKS, Example, check_order_3, check_primitive

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
    few = not LONG and ".special_" in registry[name].module  # many, and slow in the kernel
    check_primitive(registry[name], 10 if few else MAX_EXAMPLES, checks)


ARBITRARY = {"complement", "eig", "eigh", "roots", "svd"}
"""Of complex numbers these are defined up to phases or an order only: see the tests of the family."""


@pytest.mark.parametrize("name", sorted(name for name, p in registry.items() if p.args and name not in ARBITRARY))
def test_primitive_of_complex_numbers(name):
    check_primitive(registry[name], 100 if LONG else 12, dtype=np.complex128)
    p = registry[name]
    drawn = [p.samples(Sampler(np.random.default_rng(seed), np.complex128)) for seed in range(20)]
    examples = [e for args, params in drawn if (e := Example(p, tuple(args), params, 0)).takes_complex]
    refused = [e for e in examples if e.is_refused]
    if p.real_only:
        assert len(refused) == len(examples)
    for example in refused:
        with pytest.raises(TypeError, match=r"complex|not supported for the input types|real numbers"):
            example.call(example.args)


@pytest.mark.parametrize("name", sorted(n for n, p in registry.items() if p.real_only))
def test_what_is_for_real_numbers_says_so(name):
    p = registry[name]
    args, params = p.samples(Sampler(np.random.default_rng(0)))
    k = next(k for k, a in enumerate(args) if np.asarray(a).dtype.kind == "f")
    for z in (args[k] + 0j, tensor(args[k] + 0j)):
        with pytest.raises(TypeError, match=f"{name} is a function of real numbers, got .*complex128"):
            p.fn(*args[:k], z, *args[k + 1 :], **params)


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
