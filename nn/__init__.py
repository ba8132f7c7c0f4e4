"""Neural network layers, models and training, built on `autograd`."""

import autograd

if not hasattr(autograd, "Tensor"):
    raise ImportError(
        f"nn needs chalkgrad's autograd, but `import autograd` gives {autograd.__file__}, which is another one. "
        f"If it is HIPS autograd: `pip uninstall autograd`, then `pip install --force-reinstall --no-deps chalkgrad`."
    )

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any as _Any

from nn import functional as functional, init as init, utils as utils
from nn.layers.activation import *
from nn.layers.adaptive_pooling import *
from nn.layers.attention import *
from nn.layers.containers import *
from nn.layers.convolution import *
from nn.layers.distance import *
from nn.layers.dropout import *
from nn.layers.embedding import *
from nn.layers.lazy import *
from nn.layers.linear import *
from nn.layers.normalization import *
from nn.layers.padding import *
from nn.layers.pooling import *
from nn.layers.recurrent import *
from nn.layers.resizing import *
from nn.layers.shape import *
from nn.layers.transformer import *
from nn.layers.units import *
from nn.losses import *
from nn.module import Module as Module
from nn.neuron import MLP as MLP, Layer as Layer, Neuron as Neuron
from nn.overview import LayerRow as LayerRow, Summary as Summary, summary as summary
from nn.parameter import Parameter as Parameter, UninitializedParameter as UninitializedParameter
from nn.utils.stateless import functional_call as functional_call

if not TYPE_CHECKING:  # type checkers read the lists of the files
    __all__ = ["functional", "functional_call", "init", "summary", "utils"]
    __all__ += [n for n, v in list(globals().items()) if isinstance(v, type) and not n.startswith("_")]


_SUBMODULES = frozenset({"interpret", "plots"})
"""Public modules that are imported when they are first used."""


def __getattr__(name: str) -> _Any:
    if name in _SUBMODULES:
        return _import_module(f"nn.{name}")
    raise AttributeError(f"module 'nn' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBMODULES})
