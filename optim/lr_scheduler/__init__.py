"""Learning-rate schedules, in PyTorch's names and semantics.

A schedule sets `optimizer.param_groups[i]["lr"]` when it is made and at every `step()`, which is called after
`optimizer.step()`: once per epoch, or per batch where the schedule counts batches.
"""

from optim.lr_scheduler.base import LRScheduler as LRScheduler
from optim.lr_scheduler.combined import ChainedScheduler as ChainedScheduler, SequentialLR as SequentialLR
from optim.lr_scheduler.cyclic import (
    CosineAnnealingLR as CosineAnnealingLR,
    CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts,
    CyclicLR as CyclicLR,
    OneCycleLR as OneCycleLR,
)
from optim.lr_scheduler.decay import (
    ConstantLR as ConstantLR,
    ExponentialLR as ExponentialLR,
    LambdaLR as LambdaLR,
    LinearLR as LinearLR,
    MultiplicativeLR as MultiplicativeLR,
    MultiStepLR as MultiStepLR,
    PolynomialLR as PolynomialLR,
    StepLR as StepLR,
)
from optim.lr_scheduler.plateau import ReduceLROnPlateau as ReduceLROnPlateau
from optim.lr_scheduler.range_test import RangeTest as RangeTest, lr_range_test as lr_range_test
from optim.lr_scheduler.warmup import (
    InverseSquareRootLR as InverseSquareRootLR,
    WarmupConstantLR as WarmupConstantLR,
    WarmupCosineLR as WarmupCosineLR,
    WarmupLinearLR as WarmupLinearLR,
)

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "InverseSquareRootLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "RangeTest",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
    "WarmupConstantLR",
    "WarmupCosineLR",
    "WarmupLinearLR",
    "lr_range_test",
]
