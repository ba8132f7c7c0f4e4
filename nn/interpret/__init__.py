"""Looking into a model: what its outputs depend on, what its layers give, whether it learns, and its loss surface.

Every function returns plain arrays, for `nn.plots` to draw or for anything else, and leaves the model as it was: modes,
gradients, buffers, hooks and the random state are put back, even after an exception.
"""

from types import ModuleType as _ModuleType

from nn.interpret.attribution import *
from nn.interpret.curves import *
from nn.interpret.health import *
from nn.interpret.layers import *
from nn.interpret.recorder import *
from nn.interpret.surface import *

__all__ = [_n for _n, _v in list(globals().items()) if not _n.startswith("_") and not isinstance(_v, _ModuleType)]
