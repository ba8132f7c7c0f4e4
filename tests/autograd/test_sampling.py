import numpy as np
import pytest

from autograd.sampling import Sampler, pair, unary


@pytest.fixture
def sampler():
    return Sampler(np.random.default_rng(0))


def many(draw, times=300):
    return [draw() for _ in range(times)]


def test_structure(sampler):
    assert set(many(lambda: sampler.integer(2, 4))) == {2, 3, 4}
    assert set(many(sampler.boolean)) == {True, False}
    assert set(many(lambda: sampler.choice("ab"))) == {"a", "b"}
    assert set(many(lambda: sampler.axis(2))) == {-2, -1, 0, 1}
    assert set(many(lambda: sampler.axes(2))) == {None, (), (0,), (1,), (0, 1)}


def test_shapes(sampler):
    shapes = many(lambda: sampler.shape(1, 2, 0, 3))
    assert {len(s) for s in shapes} == {1, 2}
    assert {n for s in shapes for n in s} == {0, 1, 2, 3}
    for group in many(lambda: sampler.broadcastable(3)):
        assert np.broadcast_shapes(*group) in group


def test_arrays_stay_in_range(sampler):
    values = np.concatenate([a.ravel() for a in many(lambda: sampler.array((7,), -1, 3))])
    assert -1 <= values.min() < -0.9
    assert 2.9 < values.max() <= 3


@pytest.mark.parametrize("low, high, point", [(-1, 1, 0.0), (-1, 1, 0.8), (-1, 1, -0.8), (0, 1, 0.0), (0, 1, 1.0)])
def test_gaps_are_kept_within_the_range(sampler, low, high, point):
    values = np.concatenate([a.ravel() for a in many(lambda: sampler.array((7,), low, high, 0.25, (point,)))])
    assert np.all(np.abs(values - point) >= 0.25)
    assert low <= values.min()
    assert values.max() <= high


def test_distinct_elements_differ_by_a_margin(sampler):
    values = np.sort(sampler.array((4, 5), 0, 2, distinct=True), axis=None)
    assert np.min(np.diff(values)) >= 0.5 * 2 / 20


def test_layouts_and_dtypes(sampler):
    arrays = many(lambda: sampler.array((2, 3)))
    assert any(a.flags.c_contiguous for a in arrays)
    assert any(a.flags.f_contiguous for a in arrays)
    assert any(min(a.strides) < 0 for a in arrays)
    assert any(not a.flags.forc and min(a.strides) > 0 for a in arrays)
    assert Sampler(np.random.default_rng(0), "float32").array((2,)).dtype == np.float32
    assert set(np.ravel(many(lambda: sampler.integers((2,), 1, 3)))) == {1, 2, 3}
    assert sampler.booleans((2, 3)).dtype == bool


def test_ready_made_samples(sampler):
    (x,), params = unary(1, 2)(sampler)
    assert np.all((x >= 1) & (x <= 2))
    assert params == {}
    (x, y), params = pair(gap=0.5)(sampler)
    assert np.all(np.abs(x) >= 0.5)
    np.broadcast_shapes(x.shape, y.shape)
