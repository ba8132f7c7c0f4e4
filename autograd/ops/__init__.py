"""The primitives, one file a family, and the functions over them. Importing this package declares them all."""

from autograd.ops.arithmetic import *
from autograd.ops.elementwise import *
from autograd.ops.shape import *
