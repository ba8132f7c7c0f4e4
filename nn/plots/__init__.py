"""Pictures of models and of their training, with matplotlib (`pip install 'chalkgrad[viz]'`).

Each function draws into the Axes given as `ax`, or into a new figure of pyplot, and returns the Axes (or an array of
them) for the caller to change, show or save: `ax.figure.savefig("picture.png")`. Models are left as they were. The
numbers come from `nn.interpret`. Colours are Okabe and Ito's, told apart by the colour-blind.
"""

from types import ModuleType as _ModuleType

from nn.plots.activations import *
from nn.plots.boundaries import *
from nn.plots.health import *
from nn.plots.history import *
from nn.plots.images import *
from nn.plots.surfaces import *

__all__ = [_n for _n, _v in list(globals().items()) if not _n.startswith("_") and not isinstance(_v, _ModuleType)]
