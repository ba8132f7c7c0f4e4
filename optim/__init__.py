"""Optimizers and learning-rate schedules, built on `autograd`."""

import autograd

if not hasattr(autograd, "Tensor"):
    raise ImportError(
        f"optim needs chalkgrad's autograd, but `import autograd` gives {autograd.__file__}, which is another one. "
        f"If it is HIPS autograd: `pip uninstall autograd`, then `pip install --force-reinstall --no-deps chalkgrad`."
    )

from optim.adam import Adam, AdamW
from optim.optimizer import Optimizer
from optim.sgd import SGD

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Optimizer",
]
