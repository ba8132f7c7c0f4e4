"""PyTorch's names are here, with its parameters and their defaults; what differs is listed with the reason.

A parameter may have more after it, and may also be given by name only; it may not be missing, renamed, moved or have
another default.
"""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

torch = pytest.importorskip("torch")

import nn
import optim
from optim import lr_scheduler

DEPRECATED = {"size_average", "reduce", "min_value", "max_value", "_stacklevel", "verbose"}
"""PyTorch itself warns of these, or keeps them for itself."""

IMPLEMENTATION = {"device", "out", "foreach", "fused", "capturable", "differentiable"}
"""Devices, buffers to write into, and choices between PyTorch's kernels; optimizers accept the latter as hints."""

ABSENT = {
    "nn": {
        **dict.fromkeys(("Container", "NLLLoss2d", "CrossMapLRN2d"), "deprecated by PyTorch"),
        **dict.fromkeys(("DataParallel", "SyncBatchNorm"), "for many devices"),
        **dict.fromkeys(("RNNBase", "RNNCellBase", "Module"), "the base of others, which bring their own signature"),
    },
    "nn.functional": {
        **dict.fromkeys(
            ("celu_", "elu_", "hardtanh_", "leaky_relu_", "relu_", "rrelu_", "selu_", "threshold_"),
            "overwrite values that a derivative may need",
        ),
        **dict.fromkeys(
            ("boolean_dispatch", "assert_int_or_pair", "handle_torch_function", "has_torch_function"),
            "PyTorch's own imports and helpers",
        ),
        **dict.fromkeys(
            ("has_torch_function_unary", "has_torch_function_variadic", "Optional"), "PyTorch's own imports and helpers"
        ),
        **dict.fromkeys(("grouped_mm", "scaled_mm", "scaled_grouped_mm"), "kernels of GPUs in eight bits"),
        "conv_tbc": "a convolution with the axes in another order",
        "multi_head_attention_forward": "nn.MultiheadAttention, with its state as twenty arguments",
    },
    "nn.init": {},
    "optim": {"SparseAdam": "there are no sparse gradients", "Optimizer": "the base of others"},
    "optim.lr_scheduler": {"LRScheduler": "the base of others"},
    "nn.utils": {
        "clip_grad_norm": "deprecated by PyTorch, as weight_norm and spectral_norm are for those in parametrizations",
        **dict.fromkeys(("weight_norm", "spectral_norm", "remove_weight_norm", "remove_spectral_norm"), "see above"),
        **dict.fromkeys(
            ("convert_conv2d_weight_memory_format", "convert_conv3d_weight_memory_format", "skip_init"), "for devices"
        ),
        **dict.fromkeys(
            ("fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval", "fuse_linear_bn_weights"),
            "not yet here",
        ),
    },
}

DIFFERENT = {
    ("nn", "AdaptiveLogSoftmaxWithLoss", "dtype"): "convert with .to(dtype)",
    ("nn", "LinearCrossEntropyLoss", "*"): "new in PyTorch, and still changing there",
    ("nn.functional", "linear_cross_entropy", "*"): "new in PyTorch, and still changing there",
    ("nn", "Sequential", "args"): "*modules",
    **dict.fromkeys(
        [("nn", n, "dim") for n in ("Softmax", "LogSoftmax", "Softmin")]
        + [("nn.functional", n, "dim") for n in ("softmax", "log_softmax", "softmin")],
        "PyTorch guesses an axis and warns; here it is the last",
    ),
    ("nn.functional", "pad", "value"): "None stands for 0 there",
    **dict.fromkeys(
        [("nn", n, "activation") for n in ("Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer")],
        "the name 'relu' in place of the function",
    ),
}


def signature(value: Any) -> inspect.Signature | None:
    """The parameters, or None for what takes *args on purpose and for functions written in C."""
    value = value.__init__ if inspect.isclass(value) else value
    try:
        found = inspect.signature(value)
    except ValueError:
        return None
    return None if {"args", "kwargs"} <= set(found.parameters) else found


def names(theirs: ModuleType, wanted: Callable[[Any], bool]) -> list[str]:
    return sorted(n for n, v in vars(theirs).items() if not n.startswith("_") and wanted(v))


def is_a(base: type) -> Callable[[Any], bool]:
    return lambda value: inspect.isclass(value) and issubclass(value, base)


def is_function(value: Any) -> bool:
    return callable(value) and not inspect.isclass(value)


def is_current_initializer(value: Any) -> bool:
    return (
        inspect.isfunction(value) and value.__module__ == "torch.nn.init" and "deprecated" not in (value.__doc__ or "")
    )


NAMESPACES: dict[str, tuple[ModuleType, ModuleType, Callable[[Any], bool]]] = {
    "nn": (torch.nn, nn, is_a(torch.nn.Module)),
    "nn.functional": (torch.nn.functional, nn.functional, is_function),
    "nn.init": (torch.nn.init, nn.init, is_current_initializer),
    "nn.utils": (torch.nn.utils, nn.utils, inspect.isfunction),
    "optim": (torch.optim, optim, is_a(torch.optim.Optimizer)),
    "optim.lr_scheduler": (torch.optim.lr_scheduler, lr_scheduler, is_a(torch.optim.lr_scheduler.LRScheduler)),
}
ALL = [(space, n) for space, (theirs, _, wanted) in NAMESPACES.items() for n in names(theirs, wanted)]


@pytest.mark.parametrize(("space", "name"), ALL)
def test_the_name_is_here_with_the_same_parameters_and_defaults(space: str, name: str) -> None:
    theirs, ours, _ = NAMESPACES[space]
    if name in ABSENT[space]:
        return
    assert hasattr(ours, name)
    there, here = signature(getattr(theirs, name)), signature(getattr(ours, name))
    if there is None or (space, name, "*") in DIFFERENT:
        return
    assert here is not None
    left_out = DEPRECATED | IMPLEMENTATION | {n for s, m, n in DIFFERENT if (s, m) == (space, name)}
    wanted = [p for p in there.parameters.values() if p.name not in left_out]
    given = here.parameters
    if "options" in given:  # a lazy layer passes on what the layer takes, which is compared itself
        wanted = [p for p in wanted if p.name in given]
    assert [p.name for p in wanted if p.name not in given] == []
    for p in wanted:
        q = given[p.name]
        assert q.default is p.default or q.default == p.default, p.name
    # by position
    first = [p.name for p in wanted if p.kind is p.POSITIONAL_OR_KEYWORD]
    mine = [n for n, q in given.items() if q.kind is q.POSITIONAL_OR_KEYWORD and n in first]
    assert mine == [n for n in first if n in mine]


@pytest.mark.parametrize(("space", "name"), [(s, n) for s, absent in ABSENT.items() for n in absent])
def test_what_is_listed_as_absent_is_so(space: str, name: str) -> None:
    theirs, ours, _ = NAMESPACES[space]
    assert hasattr(theirs, name)
    assert not hasattr(ours, name) or name in ("Module", "Optimizer", "LRScheduler")
