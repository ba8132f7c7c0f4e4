"""Losses as modules, one file a family; `nn.functional` has the same as functions."""

from nn.losses.binary import *
from nn.losses.classification import *
from nn.losses.regression import *
