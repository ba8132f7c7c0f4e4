"""Every primitive, over its samples: see autograd.testing for what must hold."""

import numpy as np
import pytest
from hypothesis import settings

from autograd import registry, tensor
from autograd.kernels.choice import natively, references_only
from autograd.kernels.native.host import available
from autograd.ops import load_all
from autograd.sampling import Sampler
from autograd.testing import PRIMITIVE_CHECKS, Example, check_order_3, check_primitive

load_all()
LONG = settings.get_current_profile_name() == "long"
MAX_EXAMPLES = 300 if LONG else 40


@pytest.mark.parametrize("name", sorted(name for name, p in registry.items() if p.args))
def test_primitive(name):
    checks = (*PRIMITIVE_CHECKS, check_order_3) if LONG else PRIMITIVE_CHECKS
    few = not LONG and ".special_" in registry[name].module  # many, and slow in the kernel
    with references_only():
        check_primitive(registry[name], 10 if few else MAX_EXAMPLES, checks)


NATIVE = [
    "add_rows",
    "affine_channels",
    "attention",
    "attention_pull",
    "avg_pool_spread",
    "batch_norm",
    "celu",
    "convolution",
    "convolution_input",
    "convolution_weight",
    "dot_channels",
    "dropout",
    "elu",
    "erf",
    "erfc",
    "gaussian",
    "gelu",
    "gru",
    "gru_pull",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "layer_norm",
    "layer_norm_pull",
    "layer_norm_sum",
    "leaky_relu",
    "log_softmax",
    "log_softmax_pull",
    "logsigmoid",
    "lstm",
    "lstm_pull",
    "max_pool",
    "max_pool_index",
    "max_pool_pull",
    "mish",
    "mix_channels",
    "relu",
    "relu6",
    "rms_norm",
    "rms_norm_pull",
    "rms_norm_sum",
    "rnn",
    "rnn_pull",
    "rsqrt",
    "scatter_at",
    "selu",
    "shift_channels",
    "sigmoid",
    "silu",
    "softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_pull",
    "softmax_pull",
    "softplus",
    "softshrink",
    "softsign",
    "sum_channels",
    "tanhshrink",
]
"""The primitives with kernels of their own in native code that their samples reach."""


def runs_natively(p, seeds):
    """Whether a native kernel runs for one of a primitive's samples."""
    from autograd.kernels.native.capture import recording

    for seed in range(seeds):
        args, params = p.samples(Sampler(np.random.default_rng(seed)))
        with natively(), recording() as found, np.errstate(all="ignore"):
            p.kernel(*args, **params)
        if found.calls:
            return True
    return False


@pytest.mark.skipif(not available(), reason="native kernels need llvmlite")
def test_the_list_of_native_primitives_is_whole():
    assert {n for n, p in registry.items() if p.args and runs_natively(p, 4)} == set(NATIVE)


@pytest.mark.skipif(not available(), reason="native kernels need llvmlite")
@pytest.mark.parametrize("name", NATIVE)
def test_native_kernels_of_primitive(name):
    with natively():
        check_primitive(registry[name], MAX_EXAMPLES if LONG else 6)


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
