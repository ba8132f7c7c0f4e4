"""Plans of convolutions against the reference, whichever way they go."""

import numpy as np
import pytest

pytest.importorskip("llvmlite")

from autograd.kernels import convolution as reference
from autograd.kernels.choice import references_only
from autograd.kernels.native.convolution_epilogue import Epilogue
from autograd.kernels.native.convolution_plans import planned_forward, planned_input_gradient, planned_weight_gradient
from autograd.kernels.native.convolution_shapes import Convolution
from autograd.kernels.windows import channels_first

GEOMETRY = ((1, 1), ((1, 1), (1, 1)), (1, 1))
BIAS_RELU = Epilogue((("add", 0, 1), ("relu", 2)), ("channel",))
MASK = Epilogue((("greater", 1, 0.0), ("where", 2, 0, 0.0)), ("image",))


def run(plan, *arrays):
    operands = [*arrays, *(np.full(n, np.nan, dtype) for n, dtype in plan.workspaces)]
    for stage in plan.stages:
        stage.kernel(*[operands[k] for k in stage.operands])


@pytest.mark.parametrize("precision", ["highest", "high", "fast"])
@pytest.mark.parametrize("channels", [3, 24])
@pytest.mark.parametrize("known", [True, False], ids=["images known", "images open"])
def test_plans(precision, channels, known):
    rng = np.random.default_rng(0)
    c = Convolution(2, channels, 24, (8, 6), (3, 3), *GEOMETRY)
    x, g = rng.standard_normal((2, 8, 6, channels), np.float32), rng.standard_normal((2, 8, 6, 24), np.float32)
    w, b = rng.standard_normal((24, channels, 3, 3), np.float32), rng.standard_normal(24, np.float32)
    batch = [] if known else [np.array([2])]
    c = c if known else c._replace(batch=None)
    y, x_bar, w_bar, b_bar = np.empty_like(g), np.empty_like(x), np.empty_like(w), np.empty_like(b)
    run(planned_forward(c, precision, BIAS_RELU), x, w, y, b, *batch)
    run(planned_input_gradient(c, precision, MASK), g, w, x_bar, x, *batch)
    run(planned_weight_gradient(c, precision, bias=True), x, g, w_bar, b_bar, *batch)
    alone = np.empty_like(w)
    run(planned_weight_gradient(c, precision), x, g, alone, *batch)
    first, wide = channels_first(x), channels_first(g)
    with references_only():
        want = np.maximum(reference.conv(first, w, *GEOMETRY) + b[:, None, None], 0)
        want_x = np.where(first > 0, reference.conv_input(wide, w, first.shape, *GEOMETRY), 0)
        want_w = reference.conv_weight(wide, first, w.shape, *GEOMETRY)
    for got, wanted in (
        (channels_first(y), want),
        (channels_first(x_bar), want_x),
        (w_bar, want_w),
        (alone, want_w),
        (b_bar, g.sum((0, 1, 2))),
    ):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-5 * np.abs(wanted).max())
