"""What a compiled function must not do is refused by name, or runs as it is."""

import numpy as np
import pytest

import autograd
import nn
import optim
from tests.autograd.compile.steps import called, replays

# --- what cannot be replayed -----------------------------------------------------------------------------------------

READS = {
    "branch": lambda t: t if t.sum() > 0 else -t,
    "float": lambda t: float(t.sum()),
    "int": lambda t: int(t.sum()),
    "item": lambda t: t.sum().item(),
    "tolist": lambda t: (t + 1).tolist(),
    "data": lambda t: (t + 1).data,
    "numpy": lambda t: (t + 1).numpy(),
    "asarray": lambda t: np.asarray(t + 1),
    "index": lambda t: [1, 2, 3][t.sum().astype("int64")],
    "contains": lambda t: 3.0 in t + 1,
    "print": lambda t: f"{t + 1}",
    "allclose": lambda t: np.allclose(t + 1, t),
}


@pytest.mark.parametrize("kind", ["tensor", "array"])
@pytest.mark.parametrize("name", READS)
def test_reading_a_value_is_refused(name, kind):
    compiled = autograd.compile(READS[name])
    x = np.ones(3)
    with pytest.raises(autograd.CompileError, match=r"test_refusals.py:\d+.*autograd.where.*return the value"):
        compiled(autograd.tensor(x) if kind == "tensor" else x)


def test_reading_a_parameter_is_refused():
    w = autograd.tensor(3.0, requires_grad=True, name="w")
    with pytest.raises(autograd.CompileError, match=r"tensor 'w' of shape \(\)"):
        autograd.compile(lambda x: x if w else -x)(np.ones(2))


def test_reading_a_constant_is_a_condition():
    switch = autograd.tensor(1)
    compiled = autograd.compile(lambda x: x if switch else -x)
    assert called(compiled, np.ones(1)).tolist() == [1]
    switch.zero_()
    assert called(compiled, np.ones(1)).tolist() == [-1]
    assert replays(compiled) == 2


def test_shapes_may_be_read_and_iterated_over():
    compiled = autograd.compile(lambda x: sum(row * k for k, row in enumerate(x)) / len(x) * x.shape[1])
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(called(compiled, x), compiled.function(x))


def test_writing_storage_in_place_is_refused():
    w = autograd.tensor([3.0], requires_grad=True)

    def step(x):
        with autograd.no_grad():
            w.data[...] = 0
        return x

    with pytest.raises(autograd.CompileError, match="data on the tensor"):
        autograd.compile(step)(np.ones(1))


def test_assigned_elements_are_replayed():
    def step(x):
        y = x * 1
        y[0] = 5.0
        y[1:] += 1
        return y

    compiled = autograd.compile(step)
    x = np.arange(3.0)
    np.testing.assert_array_equal(called(compiled, x), [5, 2, 3])
    np.testing.assert_array_equal(x, [0, 1, 2])


def test_buffers_written_by_assign_advance():
    count = autograd.tensor(0)
    compiled = autograd.compile(lambda x: autograd.graph.assign([count], [count + 1]))
    for _ in range(5):
        compiled(np.ones(1))
    assert count.item() == 5
    assert replays(compiled) == 1


def test_shapes_that_depend_on_values_are_refused_when_they_change():
    compiled = autograd.compile(lambda x: x[x > 0].sum())
    assert called(compiled, np.array([1.0, -1.0, 2.0])) == 3
    with pytest.raises(autograd.CompileError, match=r"shape .* where it gave .*test_refusals.py:\d+.*fixed shapes"):
        compiled(np.array([1.0, 1.0, 2.0]))


def test_hooks_run_as_they_are():
    seen = []
    model = nn.Linear(2, 1)
    model.register_forward_hook(lambda *_: seen.append(1))
    with autograd.no_grad(), pytest.warns(UserWarning, match="Linear has hooks"):
        called(autograd.compile(model), np.ones((1, 2), np.float32), times=5)
    assert len(seen) == 5


def test_a_graph_that_is_wanted_is_kept():
    model = nn.Linear(2, 1)
    compiled = autograd.compile(model)
    with pytest.warns(UserWarning, match="call backward"):
        compiled(np.ones((1, 2), np.float32))
    for _ in range(4):
        model.zero_grad()
        compiled(np.ones((1, 2), np.float32)).sum().backward()
        assert model.weight.grad.tolist() == [[1, 1]]


def test_errors_of_the_function_come_through_and_leave_no_program():
    def step(x):
        raise ZeroDivisionError("mine")

    compiled = autograd.compile(step)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError, match="mine"):
            compiled(np.ones(1))
    assert replays(compiled) == 0


def test_an_argument_of_the_wrong_kind_changes_nothing():
    model = nn.Linear(2, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.1)

    @autograd.compile
    def step(x):
        optimizer.zero_grad()
        loss = model(x).sum()
        loss.backward()
        optimizer.step()
        return loss

    called(step, np.ones((1, 2), np.float32))
    before = model.weight.tolist()
    with pytest.raises(ValueError, match="Linear"):
        step(np.ones((1, 3), np.float32))
    assert model.weight.tolist() == before


def test_values_that_losses_compute_with_are_not_baked_in():
    rng = np.random.default_rng(0)

    def losses(x, target, var):
        F = nn.functional
        return F.multi_margin_loss(x, target), F.gaussian_nll_loss(x, x[::-1], var), F.cross_entropy(x, target)

    compiled = autograd.compile(losses)
    for k in range(5):
        x, var = autograd.tensor(rng.standard_normal((3, 4))), autograd.tensor(rng.random((3, 4)) * 1e-6)
        given = x, autograd.tensor(rng.integers(0, 4, 3) * (k > 2)), var
        for a, b in zip(compiled(*given), losses(*given), strict=True):
            np.testing.assert_allclose(a.data, b.data, rtol=1e-12)
    assert replays(compiled) == 1


@pytest.mark.parametrize("kind", ["tensor", "array"])
def test_labels_out_of_range_are_seen_by_replays(kind):
    made = autograd.tensor if kind == "tensor" else np.asarray
    x, good = autograd.tensor(np.eye(3)), np.array([0, 1, 2])
    compiled = autograd.compile(lambda x, y: nn.functional.cross_entropy(x, y))
    wanted = called(compiled, x, made(good)).item()
    with pytest.raises(IndexError, match="class index 3 is out of range"):
        compiled(x, made(good + 1))
    ignoring = [compiled(x, made(np.array([0, -100, 2]))).item() for _ in range(4)]
    np.testing.assert_allclose(ignoring, compiled.function(x, made(np.array([0, -100, 2]))).item())
    assert compiled(x, made(good)).item() == wanted
    assert replays(compiled) == 2
    table = autograd.tensor(np.eye(3))
    looked_up = autograd.compile(lambda y: autograd.embedding(y, table))
    called(looked_up, made(good))
    with pytest.raises(IndexError, match="they must lie in"):
        looked_up(made(good - 1))


@pytest.mark.parametrize("loss", ["ctc", "ntxent", "multilabel", "adaptive"])
def test_losses_that_read_values_say_so(loss):
    x, y = autograd.tensor(np.ones((4, 1, 3))), autograd.tensor(np.ones((1, 2), np.int64))
    calls = {
        "ctc": lambda: nn.functional.ctc_loss(x, y * 1, [4], [2]),
        "ntxent": lambda: nn.functional.ntxent_loss(x[:, 0], autograd.tensor([0, 0, 1, 1]) * 1),
        "multilabel": lambda: nn.functional.multilabel_margin_loss(x[:2, 0, :2], autograd.tensor([[0, 1]] * 2) * 1),
        "adaptive": lambda: nn.AdaptiveLogSoftmaxWithLoss(3, 6, [2])(x[:, 0].astype("float32"), y[0, [0] * 4] * 1),
    }

    with pytest.raises(autograd.CompileError, match="reading values"):
        autograd.compile(calls[loss])()


def written(x):
    x[1] = 7
    x += x.sum()
    return x * 2


@pytest.mark.parametrize("made", [np.array, autograd.tensor])
def test_arguments_that_are_written_into_are_written_into(made):
    compiled = autograd.compile(written)
    for k in range(5):
        x, y = made(np.arange(3.0) + k), made(np.arange(3.0) + k)
        np.testing.assert_array_equal(np.asarray(compiled(x)), np.asarray(written(y)))
        np.testing.assert_array_equal(np.asarray(x), np.asarray(y))
    assert replays(compiled) == 1


def test_numpy_numbers_are_not_written_into():
    def step(x):
        x += 1
        return x * 2

    compiled, x = autograd.compile(step), np.float64(3)
    assert [compiled(x) for _ in range(4)] == [8.0] * 4
    assert x == 3


class Running(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 1)
        self.register_buffer("mean", autograd.zeros(2))
        self.register_buffer("count", autograd.zeros(1))

    def forward(self, x):
        local = autograd.zeros(2)
        with autograd.no_grad():
            local[0] = x.sum()
            local += 1
            self.mean[...] = self.mean * 0.9 + x.mean(0)
            self.count += 1
        return self.linear(x + self.mean) + local.sum()


def test_buffers_that_are_written_into_advance():
    model, twin = Running(), Running()
    twin.load_state_dict(model.state_dict())
    compiled = autograd.compile(lambda x: model(x).sum().backward())
    for k in range(5):
        x = autograd.tensor(np.full((3, 2), k, np.float32))
        compiled(x)
        twin(x).sum().backward()
        for (name, a), b in zip(model.named_buffers(), twin.buffers(), strict=True):
            np.testing.assert_allclose(a.data, b.data, rtol=1e-6, err_msg=name)
        np.testing.assert_allclose(model.linear.weight.grad.data, twin.linear.weight.grad.data, rtol=1e-6)
    assert model.count.tolist() == [5]
    assert replays(compiled) >= 1


def into_a_view(x):
    y = x[1:]
    y[0] = 7
    return x.sum()


def into_what_has_views(x):
    y = x * 1
    z = y[1:]
    y[1] = 7
    return z.sum()


@pytest.mark.parametrize("function", [into_a_view, into_what_has_views])
def test_writing_where_views_of_arrays_would_see_it_is_refused(function):
    with pytest.raises(autograd.CompileError, match="of which there are views"):
        autograd.compile(function)(np.arange(3.0))
    x = autograd.tensor(np.arange(3.0))
    assert called(autograd.compile(function), x).item() == function(x).item(), "of Tensors there are no such views"


def test_a_tensor_from_outside_that_gets_a_graph_by_writing():
    w = autograd.tensor([3.0], requires_grad=True)

    def step(x):
        x[0] = (w * 2).sum()
        return x.detach() * 1

    with pytest.raises(autograd.CompileError, match="gets a gradient by being written into"):
        autograd.compile(step)(autograd.zeros(2))


def test_gradient_hooks_that_come_later_run():
    model, seen = nn.Linear(2, 1), []

    @autograd.compile
    def step(x):
        model.zero_grad()
        model(x).sum().backward()

    x = autograd.ones(1, 2)
    called(step, x)
    autograd.zeros(1, requires_grad=True).register_hook(seen.append)
    called(step, x)
    assert replays(step) == 1
    handle = model.weight.register_hook(lambda g: g * 10)
    with pytest.warns(UserWarning, match="gradient hook"):
        step(x)
    assert model.weight.grad.tolist() == [[10, 10]]
    handle.remove()
    step(x)
    assert model.weight.grad.tolist() == [[1, 1]]
    assert seen == []
