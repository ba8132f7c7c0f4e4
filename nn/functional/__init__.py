"""Layers and losses as functions of arrays or Tensors, in PyTorch's names and semantics; one file a family."""

from types import ModuleType
from typing import TYPE_CHECKING

from nn.functional.activation import *
from nn.functional.adaptive_pooling import *
from nn.functional.attention import *
from nn.functional.binary import *
from nn.functional.classification import *
from nn.functional.convolution import *
from nn.functional.ctc import *
from nn.functional.distance import *
from nn.functional.dropout import *
from nn.functional.embedding import *
from nn.functional.grids import *
from nn.functional.linear import *
from nn.functional.margin import *
from nn.functional.normalization import *
from nn.functional.padding import *
from nn.functional.pooling import *
from nn.functional.rearranging import *
from nn.functional.regression import *
from nn.functional.resizing import *
from nn.functional.scores import *
from nn.functional.segmentation import *
from nn.functional.units import *
from nn.functional.unpooling import *

if not TYPE_CHECKING:  # type checkers read the lists of the files
    __all__ = [
        n
        for n, v in list(globals().items())
        if not n.startswith("_") and n != "TYPE_CHECKING" and not isinstance(v, ModuleType | type)
    ]
