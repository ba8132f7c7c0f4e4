"""Which kernels compute a convolution or a gradient of it, in which order: for whoever plans memory ahead.

Each function returns a `Plan` of kernels, by the definition or by Winograd's method, whichever `winograd_choice` takes
at a level of precision (see `autograd.set_precision`). Their operands are numbered as each docstring lists them, and
after these come the workspaces. Arrays lie as the kernels of `convolution` want them.
"""

from __future__ import annotations

import numpy as np

from autograd.kernels.native import convolution as direct, winograd
from autograd.kernels.native.convolution_epilogue import Epilogue
from autograd.kernels.native.convolution_shapes import Convolution
from autograd.kernels.native.convolution_weight import sums_shape
from autograd.kernels.native.loops import Input, Nest, Output, Plan, Stage, planned
from autograd.kernels.native.winograd_choice import choose

NONE = Epilogue()


def planned_forward(c: Convolution, precision: str, epilogue: Epilogue = NONE) -> Plan:
    """y = epilogue(x ∗ w): operands (x, w, y, *operands of the epilogue[, batch])."""
    m, count = choose(c, "forward", precision), _count(c, epilogue)
    if not m:
        return Plan((Stage(direct.forward(c, epilogue), tuple(range(count))),))
    return _by_points(c, m, epilogue, adjoint=False)


def planned_input_gradient(c: Convolution, precision: str, epilogue: Epilogue = NONE) -> Plan:
    """x̄ = epilogue(g ∗ᵀ w): operands (g, w, x̄, *operands of the epilogue[, batch])."""
    m, count = choose(c, "input", precision), _count(c, epilogue)
    if not m:
        return Plan((Stage(direct.input_gradient(c, epilogue), tuple(range(count))),))
    return _by_points(c, m, epilogue, adjoint=True)


def planned_weight_gradient(c: Convolution, precision: str, bias: bool = False) -> Plan:
    """w̄, and b̄ = Σ g per channel if `bias`: operands (x, g, w̄[, b̄][, batch])."""
    last = () if c.batch is not None else (3 + bias,)
    work = 3 + bias + len(last)
    m = choose(c, "weight", precision)
    if not m or (bias and c.batch is None):
        shape = sums_shape(c, bias)
        first = Stage(direct.weight_sums(c, bias), (0, 1, work, *last))
        second = Stage(direct.weight_gradient(c, bias), (work, 2, *((3,) if bias else ())))
        return Plan((first, second), ((int(np.prod(shape)), np.dtype(c.dtype)),))
    stages = [Stage(winograd.products(c, m), (0, 1, work, *last)), Stage(winograd.windows(c, m), (work, 2))]
    workspaces = [(winograd.sums_size(c, m), np.dtype(c.dtype))]
    if bias:
        dtype, positions = np.dtype(c.dtype), (c.batch or 0) * c.out[0] * c.out[1]
        summed = Output(0, dtype, (0, 1), "sum")
        sums = planned(Nest((positions, c.maps), (Input(dtype, (c.maps, 1)),), (), (summed,), (0,)))
        places = (1, 3, *range(work + 1, work + 1 + len(sums.workspaces)))
        stages += [Stage(s.kernel, tuple(places[k] for k in s.operands)) for s in sums.stages]
        workspaces += sums.workspaces
    return Plan(tuple(stages), tuple(workspaces))


def _count(c: Convolution, epilogue: Epilogue) -> int:
    return 3 + len(epilogue.inputs) + (c.batch is None)


def _by_points(c: Convolution, m: int, epilogue: Epilogue, adjoint: bool) -> Plan:
    count = _count(c, epilogue)
    kernel = winograd.input_gradient if adjoint else winograd.forward
    stages = (
        Stage(winograd.points(c, m, adjoint), (1, count)),
        Stage(kernel(c, m, epilogue), (0, count, *range(2, count))),
    )
    return Plan(stages, ((winograd.points_size(c, m, adjoint), np.dtype(c.dtype)),))
