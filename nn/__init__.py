"""Neural network layers, models and training, built on `autograd`."""

from nn.module import Module
from nn.parameter import Parameter
