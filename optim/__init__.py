"""Optimizers and learning-rate schedules, built on `autograd`."""

import autograd

if not hasattr(autograd, "Tensor"):
    raise ImportError(
        f"optim needs chalkgrad's autograd, but `import autograd` gives {autograd.__file__}, which is another one. "
        f"If it is HIPS autograd: `pip uninstall autograd`, then `pip install --force-reinstall --no-deps chalkgrad`."
    )

from typing import TYPE_CHECKING

from optim import (
    averaging as averaging,
    lr_scheduler as lr_scheduler,
    neuron_rules as neuron_rules,
    regularization as regularization,
)
from optim.adam import *
from optim.adam_variants import *
from optim.adaptive import *
from optim.asgd import *
from optim.averaging import AveragedModel as AveragedModel
from optim.lbfgs import *
from optim.matrix import *
from optim.optimizer import Optimizer as Optimizer
from optim.prodigy import *
from optim.schedule_free import *
from optim.sgd import *
from optim.sophia import *
from optim.wrappers import *

if not TYPE_CHECKING:  # type checkers read the lists of the files
    __all__ = ["averaging", "lr_scheduler", "neuron_rules", "regularization"]
    __all__ += [n for n, v in list(globals().items()) if isinstance(v, type)]
