"""Losses as modules, one file a family; `nn.functional` has the same as functions."""

from nn.losses.adaptive import *
from nn.losses.binary import *
from nn.losses.classification import *
from nn.losses.ctc import *
from nn.losses.margin import *
from nn.losses.regression import *
from nn.losses.segmentation import *
