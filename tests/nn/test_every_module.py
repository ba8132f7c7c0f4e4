"""What holds for every module class: copies, conversions, state dicts and representations leave it what it is."""

import copy
import inspect
import pickle
from typing import Any

import numpy as np
import pytest

import autograd
import nn

ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "AdaptiveLogSoftmaxWithLoss": (4, 6, [3]),
    "Activation": ("tanh",),
    "Bilinear": (4, 4, 3),
    "ChannelShuffle": (2,),
    "Embedding": (4, 3),
    "EmbeddingBag": (4, 3),
    "Fold": ((4, 4), 2),
    "GaussianDropout": (0.5,),
    "GaussianNoise": (0.5,),
    "GroupNorm": (2, 4),
    "Lambda": (autograd.square,),
    "Layer": (4, 3),
    "LayerNorm": (4,),
    "LayerRow": (2,),
    "Linear": (4, 3),
    "LazyLinear": (3,),
    "LinearCrossEntropyLoss": (4, 5),
    "LocalResponseNorm": (2,),
    "MLP": ([4, 5, 2],),
    "ModuleDict": ({"a": nn.Linear(4, 3)},),
    "ModuleList": ([nn.Linear(4, 3)],),
    "MultiheadAttention": (4, 2),
    "Neuron": (4,),
    "ParameterDict": ({"w": np.ones((2, 3))},),
    "ParameterList": ([np.ones((2, 3))],),
    "PixelShuffle": (2,),
    "PixelUnshuffle": (2,),
    "RMSNorm": (4,),
    "Sequential": (nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)),
    "Threshold": (0.1, -1.0),
    "Transformer": (4, 2, 1, 1, 8),
    "TransformerDecoder": (nn.TransformerDecoderLayer(4, 2, 8), 2),
    "TransformerDecoderLayer": (4, 2, 8),
    "TransformerEncoder": (nn.TransformerEncoderLayer(4, 2, 8), 2),
    "TransformerEncoderLayer": (4, 2, 8),
    "Unflatten": (1, (2, 2)),
    "Unfold": (2,),
    "Upsample": (None, 2),
    "UpsamplingBilinear2d": (None, 2),
    "UpsamplingNearest2d": (None, 2),
}
FAMILIES: dict[str, tuple[Any, ...]] = {
    "BatchNorm": (4,),
    "InstanceNorm": (4,),
    "LazyConvTranspose": (3, 2),
    "LazyConv": (3, 2),
    "ConvTranspose": (4, 3, 2),
    "Conv": (4, 3, 2),
    "AdaptiveAvgPool": (2,),
    "AdaptiveMaxPool": (2,),
    "AvgPool": (2,),
    "MaxPool": (2,),
    "MaxUnpool": (2,),
    "SumPool": (2,),
    "LPPool": (2, 2),
    "ConstantPad": (1, 0.5),
    "ZeroPad": (1,),
    "ReflectionPad": (1,),
    "ReplicationPad": (1,),
    "CircularPad": (1,),
    "LSTM": (4, 3),
    "GRU": (4, 3),
    "RNN": (4, 3),
    "FractionalMaxPool": (2, 3),
}


def build(name: str) -> nn.Module:
    fitting = (arguments for family, arguments in FAMILIES.items() if name.startswith(family))
    module = getattr(nn, name)(*(ARGUMENTS[name] if name in ARGUMENTS else next(fitting, ())))
    assert isinstance(module, nn.Module)
    return module


CLASSES = [n for n, v in inspect.getmembers(nn, inspect.isclass) if issubclass(v, nn.Module) and v is not nn.Module]
READY = [n for n in CLASSES if not n.startswith("Lazy")]


def same(a: nn.Module, b: nn.Module) -> None:
    assert repr(a) == repr(b)
    x, y = a.state_dict(), b.state_dict()
    assert list(x) == list(y)
    for key in x:
        np.testing.assert_array_equal(x[key], y[key])


@pytest.mark.parametrize("name", READY)
def test_a_copy_is_equal_and_its_own(name: str) -> None:
    module = build(name)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):  # noqa: S301 (our own bytes)
        same(module, other)
        before = {key: np.copy(value) for key, value in module.state_dict().items()}
        for p in other.parameters():
            p.data[...] += 1
        for key, value in module.state_dict().items():
            np.testing.assert_array_equal(value, before[key])


@pytest.mark.parametrize("name", READY)
def test_the_state_goes_over_to_another_one(name: str) -> None:
    first, second = build(name), build(name)
    second.load_state_dict(first.state_dict())
    same(first, second)


@pytest.mark.parametrize("name", READY)
def test_conversion_reaches_every_floating_parameter_and_buffer(name: str) -> None:
    module = build(name)
    for dtype, convert in (("float64", module.double), ("float32", lambda: module.to(np.float32))):
        assert convert() is module
        assert {v.dtype.name for v in (*module.parameters(), *module.buffers()) if v.dtype.kind == "f"} <= {dtype}


@pytest.mark.parametrize("name", CLASSES)
def test_modes_reach_every_module_and_the_keyis_shown(name: str) -> None:
    module = build(name)
    assert repr(module).startswith("" if name == "LayerRow" else name)
    seen: list[nn.Module] = []
    assert module.apply(seen.append) is module
    assert set(seen) == set(module.modules())
    assert module.eval() is module
    assert not any(m.training for m in seen)
    assert module.train() is module
    assert all(m.training for m in seen)


@pytest.mark.parametrize("name", [n for n in CLASSES if n.startswith("Lazy") and "Instance" not in n])
def test_a_lazy_layer_says_why_it_cannot_be_converted_yet(name: str) -> None:
    with pytest.raises(RuntimeError, match="call the model once"):
        build(name).double()
