"""The generator, the draws and dropout."""

import copy
import json
import pickle

import numpy as np
import pytest

import autograd
from autograd import Generator, gradients, tensor

DRAWS = [
    lambda g: autograd.rand(2, 3, generator=g),
    lambda g: autograd.randn((4,), generator=g),
    lambda g: autograd.randn_like(np.zeros((2, 2)), generator=g),
    lambda g: autograd.uniform(-1, 2, 5, dtype="float64", generator=g),
    lambda g: autograd.normal(1.0, 2.0, (0, 3), generator=g),
    lambda g: autograd.randint(0, 10, (3, 3), generator=g),
    lambda g: autograd.randperm(6, generator=g),
    lambda g: autograd.bernoulli(tensor([0.2, 0.5, 0.9]), generator=g),
    lambda g: autograd.dropout(autograd.ones((3, 4)), 0.3, generator=g),
]


@pytest.fixture(autouse=True)
def restored_global_generator():
    state = autograd.get_rng_state()
    yield
    autograd.set_rng_state(state)


@pytest.mark.parametrize("draw", DRAWS)
def test_the_same_seed_gives_the_same_bits(draw):
    first, second = draw(Generator(7)), draw(Generator(7))
    np.testing.assert_array_equal(first.numpy(), second.numpy())
    autograd.manual_seed(7)
    np.testing.assert_array_equal(draw(None).numpy(), first.numpy())
    assert not first.requires_grad


@pytest.mark.parametrize("draw", DRAWS)
def test_a_saved_state_continues_the_sequence(draw):
    draw(None)
    state = json.loads(json.dumps(autograd.get_rng_state()))
    first = draw(None)
    autograd.set_rng_state(state)
    np.testing.assert_array_equal(draw(None).numpy(), first.numpy())


def test_a_generator_can_be_copied_and_pickled():
    generator = Generator(3)
    autograd.rand(5, generator=generator)
    for twin in (copy.deepcopy(generator), pickle.loads(pickle.dumps(generator))):  # noqa: S301
        assert twin.get_state() == generator.get_state()


def test_shapes_dtypes_and_ranges():
    assert autograd.rand().shape == ()
    assert autograd.rand(3).dtype == np.float32
    assert autograd.randn(3, dtype="float16").dtype == np.float16
    assert autograd.randint(5).dtype == np.int64
    assert autograd.randn(2, requires_grad=True).requires_grad
    x = autograd.uniform(2.0, 3.0, 1000, generator=Generator(0)).numpy()
    assert ((x >= 2) & (x <= 3)).all()
    y = autograd.normal(4.0, 0.5, 20000, dtype="float64", generator=Generator(0)).numpy()
    np.testing.assert_allclose([y.mean(), y.std()], [4.0, 0.5], atol=0.02)
    k = autograd.randint(2, 5, (1000,), generator=Generator(0)).numpy()
    assert set(k.tolist()) == {2, 3, 4}


def test_a_plain_numpy_generator_will_do():
    first = autograd.rand(3, generator=np.random.default_rng(1))
    np.testing.assert_array_equal(first.numpy(), autograd.rand(3, generator=np.random.default_rng(1)).numpy())


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_dropout_scales_what_it_keeps_and_its_gradient_likewise(p):
    x = tensor(np.full((50, 40), 3.0), requires_grad=True)
    y = autograd.dropout(x, p, generator=Generator(0))
    kept = y.detach().numpy() != 0
    assert abs(kept.mean() - (1 - p)) < 0.05
    np.testing.assert_allclose(y.detach().numpy(), np.where(kept, 3.0 / (1 - p) if p < 1 else 0, 0))
    (g,) = gradients(y, x, np.ones_like(x.data))
    np.testing.assert_allclose(g.numpy(), y.detach().numpy() / 3.0)


def test_dropout_outside_training_is_the_identity_and_keeps_kinds():
    x = np.ones(4, np.float32)
    assert autograd.dropout(x, 0.5, training=False) is x
    y = autograd.dropout(x, 0.5)
    assert type(y) is np.ndarray
    assert y.dtype == np.float32


def test_a_replayed_trace_draws_anew():
    generator = Generator(0)
    program = autograd.trace(lambda x: autograd.dropout(x, 0.5, generator=generator) * 1.0, np.ones(64))
    assert [i.primitive.name for i in program.instructions] == ["draw_mask", "dropout", "multiply"]
    a, b = program(np.ones(64)), program(np.ones(64))
    assert not np.array_equal(a, b)
    generator.manual_seed(0)
    np.testing.assert_array_equal(program(np.ones(64)), autograd.dropout(np.ones(64), 0.5, generator=Generator(0)))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: autograd.dropout(np.ones(2), 1.5), ValueError, r"dropout: p must lie in \[0, 1\], got 1.5"),
        (lambda: autograd.normal(0, -1.0), ValueError, "std must not be negative, got -1.0"),
        (lambda: autograd.normal(np.zeros(3)), TypeError, r"mean must be a number, got shape \(3,\); shift and scale"),
        (lambda: autograd.uniform(1, 0), ValueError, "low = 1.0 must not exceed high = 0.0"),
        (lambda: autograd.randint(5, 5), ValueError, "low = 5 must be less than high = 5"),
        (lambda: autograd.randperm(-1), ValueError, "n must not be negative"),
        (lambda: autograd.rand(2, dtype=int), TypeError, "floating dtype, got int64; use randint"),
        (lambda: autograd.rand(2, generator=3), TypeError, r"got int; use autograd.Generator\(seed\)"),
        (lambda: autograd.bernoulli(tensor([2.0])), ValueError, r"lie in \[0, 1\], got values from 2.0 to 2.0"),
        (lambda: autograd.bernoulli(tensor([1])), TypeError, "floating dtype, got int64"),
        (lambda: autograd.manual_seed(-1), ValueError, "must not be negative, got -1"),
        (lambda: autograd.manual_seed(1.5), TypeError, "must be an int, got 1.5"),
        (lambda: autograd.set_rng_state({"a": 1}), ValueError, "wants what get_state"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_dropout_of_swapped_bytes():
    x = autograd.tensor(np.ones(4, ">f8"), requires_grad=True)
    autograd.dropout(x, 0.5).sum().backward()
    assert set(x.grad.data) <= {0.0, 2.0}
