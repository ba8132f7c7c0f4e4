"""Nests whose operands lie across one another."""

import numpy as np
import pytest

pytest.importorskip("llvmlite")

from autograd.kernels.native.loops import Input, Nest, Output, planned
from autograd.kernels.native.nests import tidied
from autograd.kernels.native.tiles import turning

SHAPES = [(64, 48), (5, 7), (33, 70), (16, 100), (3, 40, 6), (2, 17, 3, 9), (50, 4)]


def steps_of(a):
    return tuple(s // a.itemsize for s in a.strides)


def run(x, y, out, steps, place):
    inputs = tuple(Input(a.dtype, steps_of(a)) for a in (x, y))
    nest = Nest(out.shape, inputs, steps, (Output(place, out.dtype, steps_of(out)),))
    (stage,) = planned(nest).stages
    stage.kernel.run(x, y, out)
    return nest


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_inputs_and_outputs_across(shape, dtype):
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype(dtype)
    y = rng.normal(size=shape[::-1]).astype(dtype).T
    for out in (np.full(shape, np.nan, dtype), np.full(shape[::-1], np.nan, dtype).T):
        nest = run(x, y, out, (("multiply", 1, 2.0), ("subtract", 0, 2)), 3)
        assert len(shape) > 2 or turning(tidied(nest)) is not None
        np.testing.assert_allclose(out, x - 2 * y, rtol=1e-6, atol=1e-6)


def test_masks_and_mixed_widths():
    x = np.random.default_rng(0).normal(size=(37, 29)).astype("f")
    y = np.random.default_rng(1).normal(size=(29, 37)).T
    out = np.empty((29, 37), bool).T
    run(x, y, out, (("greater", 0, 1),), 2)
    np.testing.assert_array_equal(out, x > y)


def test_images_to_rows():
    images = np.random.default_rng(0).normal(size=(8, 5, 5, 6)).astype("f")
    channels_first = images.transpose(0, 3, 1, 2)
    rows = np.empty((8, 6, 5, 5), "f")
    run(channels_first, channels_first, rows, (), 0)
    np.testing.assert_array_equal(rows, channels_first)


@pytest.mark.parametrize("shape", [(130, 200), (200, 16), (6, 100, 40)])
def test_threads_do_not_matter(shape, same_on_any_number_of_threads):
    x = np.random.default_rng(0).normal(size=shape).astype("f")
    y = np.random.default_rng(1).normal(size=shape[::-1]).astype("f").T

    def difference():
        out = np.full(shape, np.nan, "f")
        run(x, y, out, (("subtract", 0, 1),), 2)
        return out

    same_on_any_number_of_threads(difference)
    np.testing.assert_array_equal(difference(), x - y)


def test_small_squares_are_left_as_they_are():
    across = Nest((3, 50), (Input(np.dtype("f"), (1, 3)),), (), (Output(0, np.dtype("f"), (50, 1)),))
    assert turning(across) is None


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "across or masks or images")
