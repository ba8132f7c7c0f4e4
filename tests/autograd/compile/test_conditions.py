"""What a compiled function takes from outside is read anew, or noticed when it changes."""

import numpy as np
import pytest

import autograd
import nn
from tests.autograd.compile.steps import called, replays

# --- what a function takes from outside ------------------------------------------------------------------------------


def test_arrays_in_closures_are_read_at_every_call():
    table = np.ones(3)
    compiled = autograd.compile(lambda x: x + table)
    called(compiled, np.zeros(3))
    table[:] = 5
    np.testing.assert_array_equal(compiled(np.zeros(3)), 5)


def test_a_closure_that_is_bound_to_something_else_is_noticed():
    factor, array = 2, np.ones(2)
    compiled = autograd.compile(lambda x: x * factor + array)
    assert called(compiled, np.ones(2)).tolist() == [3, 3]
    factor = 10
    assert called(compiled, np.ones(2)).tolist() == [11, 11]
    array = np.zeros(2)
    assert called(compiled, np.ones(2)).tolist() == [10, 10]


def test_parameters_that_get_other_storage_are_followed():
    w = autograd.tensor([1.0], requires_grad=True)
    with autograd.no_grad():
        compiled = autograd.compile(lambda x: w * x)
        called(compiled, autograd.tensor([1.0]))
        w.data = [7.0]
        assert compiled(autograd.tensor([1.0])).tolist() == [7.0]
        w.data[...] = 8.0
        assert compiled(autograd.tensor([1.0])).tolist() == [8.0]
    assert replays(compiled) == 1


def test_train_and_eval_and_attributes_of_modules():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
    x = np.ones((50, 2), np.float32)
    with autograd.no_grad():
        compiled = autograd.compile(model)
        for training in (True, False, True, False):
            model.train(training)
            zeros = (called(compiled, x).data == 0).mean()
            assert 0.2 < zeros < 0.8 if training else zeros == 0
        model.train()
        model[1].p = 0.0
        assert not (called(compiled, x).data == 0).any()
        model[0] = nn.Identity()
        np.testing.assert_array_equal(called(compiled, x).data, x)


def test_freezing_is_noticed():
    model = nn.Linear(2, 1)

    def step(x):
        model.zero_grad()
        loss = model(x).sum()
        loss.backward()
        return loss

    compiled = autograd.compile(step)
    called(compiled, np.ones((1, 2), np.float32))
    assert model.bias.grad is not None
    model.zero_grad()
    model.bias.requires_grad_(False)
    called(compiled, np.ones((1, 2), np.float32))
    assert model.bias.grad is None


def test_numbers_that_change_outside_are_not_baked_in():
    rate = [0.0]

    def step(x):
        rate[0] += 1.0
        return x * rate[0]

    compiled = autograd.compile(step)
    with pytest.warns(UserWarning, match=r"runs as it is.*the number 6.0 in multiply.*was 5.0.*as an argument"):
        results = [compiled(np.ones(1)).item() for _ in range(8)]
    assert results == [1, 2, 3, 4, 5, 6, 7, 8]


def test_arrays_made_outside_anew_are_not_baked_in():
    class Source:
        count = 0

        def next(self):
            self.count += 1
            return np.full(2, float(self.count))

    source = Source()
    compiled = autograd.compile(lambda x: x + source.next())
    with pytest.warns(UserWarning, match="has other contents.*pass it as an argument"):
        results = [compiled(np.zeros(2))[0] for _ in range(8)]
    assert results == [1, 2, 3, 4, 5, 6, 7, 8]


def test_literals_are_constants():
    compiled = autograd.compile(lambda x: x + autograd.arange(3.0) + np.ones(3) + [1.0, 2.0, 3.0])
    np.testing.assert_allclose(np.asarray(called(compiled, np.zeros(3))), [2, 4, 6])
    assert replays(compiled) == 1


# --- draws -----------------------------------------------------------------------------------------------------------


def test_draws_are_drawn_anew_in_the_same_order():
    generator = autograd.Generator(3)

    def draw():
        return autograd.randn(2) + autograd.rand(2, generator=generator), autograd.randint(9, size=(4,))

    autograd.manual_seed(1)
    wanted = [draw() for _ in range(4)]
    autograd.manual_seed(1)
    generator.manual_seed(3)
    compiled = autograd.compile(draw)
    for a, b in zip(wanted, [compiled() for _ in range(4)], strict=True):
        assert [t.tolist() for t in a] == [t.tolist() for t in b]
    assert replays(compiled) == 1


def test_draws_keep_their_order_whatever_is_fused():
    def step(x):
        y = x * 2
        first = autograd.rand(3)
        second = autograd.rand(3)
        return (y + second) * 3, np.sort(first)

    compiled = autograd.compile(step)
    for k in range(4):
        autograd.manual_seed(k)
        wanted = step(autograd.ones(3))
        autograd.manual_seed(k)
        for a, b in zip(compiled(autograd.ones(3)), wanted, strict=True):
            np.testing.assert_allclose(a.data, b.data, rtol=1e-6)


class Scaler:
    def __init__(self, factor):
        self.factor = factor

    @autograd.compile
    def scaled(self, x):
        return x * self.factor


def test_methods_and_the_attributes_of_their_objects():
    two, five = Scaler(2), Scaler(5)
    for _ in range(4):
        assert two.scaled(np.ones(1)).tolist() == [2]
        assert five.scaled(np.ones(1)).tolist() == [5]
    two.factor = 7
    assert called(two.scaled, np.ones(1)).tolist() == [7]
    assert Scaler.scaled.signatures


class Layer(nn.Module):
    def forward(self, x):
        return x * GLOBAL_FACTOR


GLOBAL_FACTOR = 2


def test_globals_in_the_forward_of_a_module():
    global GLOBAL_FACTOR
    compiled = autograd.compile(Layer())
    assert called(compiled, autograd.ones(1)).tolist() == [2]
    GLOBAL_FACTOR = 3
    assert called(compiled, autograd.ones(1)).tolist() == [3]


def test_an_argument_that_is_written_into():
    def step(total, x):
        autograd.graph.assign([total], [total + x])
        return total * 1

    compiled = autograd.compile(step)
    totals = [autograd.zeros(2), autograd.ones(2)]
    for _ in range(5):
        for total in totals:
            assert compiled(total, autograd.ones(2)).tolist() == total.tolist()
    assert [t.tolist() for t in totals] == [[5, 5], [6, 6]]
    assert replays(compiled) == 1


def test_storage_that_is_exchanged_and_returned_as_it_was():
    a, b = autograd.tensor(np.zeros(2)), autograd.tensor(np.ones(2))
    swap = autograd.compile(lambda: autograd.graph.assign([a, b], [b * 1, a * 1]))
    for k in range(5):
        swap()
        assert (a.tolist(), b.tolist()) == ([(k + 1) % 2] * 2, [k % 2] * 2)
    before, now = autograd.tensor(np.zeros(2)), autograd.tensor(np.zeros(2))

    def shift(x):
        old = now * 1
        autograd.graph.assign([before, now], [now * 1, now + x])
        return old

    compiled = autograd.compile(shift)
    for k in range(5):
        assert compiled(autograd.ones(2)).tolist() == [k] * 2
        assert (before.tolist(), now.tolist()) == ([k] * 2, [k + 1] * 2)
    assert replays(swap) == replays(compiled) == 1


def test_an_argument_that_is_written_into_overlaps_no_other():
    def step(x, y):
        x += 1
        return x + y

    compiled, x = autograd.compile(step), np.zeros(3)
    assert called(compiled, np.zeros(3), np.ones(3)).tolist() == [4] * 3
    with pytest.raises(autograd.CompileError, match="shares memory with another argument"):
        compiled(x, x[::-1])
    assert x.tolist() == [0] * 3
