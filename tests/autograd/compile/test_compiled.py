"""Compiled functions: signatures, conditions, what is refused, and the form of results."""

import threading
from typing import NamedTuple

import numpy as np
import pytest

import autograd
import nn
import optim


def replays(compiled):
    return sum(len(s.replays) for s in compiled._signatures.values())


def called(compiled, *args, times=3):
    return [compiled(*args) for _ in range(times)][-1]


# --- functions of arrays ---------------------------------------------------------------------------------------------


def f(x):
    return np.exp(x).mean() * x.sum() + x.std()


def g(x):
    return np.exp(x) * np.sin(3 * x)


V = np.array([0.3, -0.2, 0.9])
FUNCTIONS = {
    "itself": (f, V),
    "of a NumPy number": (g, np.float64(0.3)),
    "of a Python number": (lambda x: 2 * x + 1, 0.3),
    "a ufunc of a Python number": (g, 0.3),
    "grad": (autograd.grad(f), V),
    "grad of a Python number": (autograd.grad(g), 0.3),
    "value_and_grad of a Python number": (autograd.value_and_grad(g), 0.3),
    "second derivative": (autograd.grad(autograd.grad(g)), 0.3),
    "grad of a dict": (autograd.grad(lambda p: p["w"] ** 2 * p["b"]), {"w": 2.0, "b": 3.0}),
    "value_and_grad": (autograd.value_and_grad(f), V),
    "hessian": (autograd.hessian(f), V),
    "jacobian": (autograd.jacobian(g), V),
    "elementwise_grad": (autograd.elementwise_grad(g), V),
    "jvp": (lambda x: autograd.jvp(f, (x,), (np.ones_like(x),)), V),
    "hvp": (lambda x: autograd.hvp(f, (x,), (np.ones_like(x),)), V),
    "vmap": (autograd.vmap(f), np.stack([V, 2 * V])),
    "vmap of grad": (autograd.vmap(autograd.grad(f)), np.stack([V, 2 * V])),
}


def scaled(x, factor):
    return {k: scaled(v, factor) for k, v in x.items()} if isinstance(x, dict) else x * factor


def assert_same(got, wanted):
    assert type(got) is type(wanted)
    if isinstance(wanted, tuple):
        for a, b in zip(got, wanted, strict=True):
            assert_same(a, b)
    elif isinstance(wanted, dict):
        assert_same(tuple(got.items()), tuple(wanted.items()))
    elif isinstance(wanted, str):
        assert got == wanted
    else:
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_arrays_give_what_they_give_uncompiled(name):
    function, x = FUNCTIONS[name]
    compiled = autograd.compile(function)
    for factor in (1.0, 0.5, -1.0, 2.0):
        assert_same(compiled(scaled(x, factor)), function(scaled(x, factor)))
    assert replays(compiled) == 1


def test_decorator_keeps_name_and_documentation():
    @autograd.compile(limit=3)
    def documented(x):
        """What it does."""
        return x

    assert (documented.__name__, documented.__doc__, documented.limit) == ("documented", "What it does.", 3)


def test_refuses_what_is_no_function():
    with pytest.raises(TypeError, match="wants a function or a module, got int"):
        autograd.compile(3)


# --- signatures ------------------------------------------------------------------------------------------------------


def test_one_program_for_each_shape_and_dtype():
    compiled = autograd.compile(lambda x: x * 2)
    for x in (np.ones(3), np.ones((2, 3)), np.ones(3, np.float32), np.float32(2)):
        result = called(compiled, x)
        np.testing.assert_array_equal(result, x * 2)
        assert result.dtype == x.dtype
    assert replays(compiled) == len(compiled.signatures) == 4
    assert compiled.signatures[1] == "float64[2, 3]"


def test_python_values_other_than_floats_are_part_of_the_signature():
    compiled = autograd.compile(lambda x, axis, kind: x.sum(axis) if kind == "sum" else x.mean(axis))
    x = np.arange(6.0).reshape(2, 3)
    for axis in (0, 1):
        for kind in ("sum", "mean"):
            np.testing.assert_array_equal(called(compiled, x, axis, kind), getattr(x, kind)(axis))
    assert replays(compiled) == 4


def test_floats_are_inputs_unless_the_function_branches_on_them():
    compiled = autograd.compile(lambda x, scale: x * scale if scale > 0 else x)
    for scale in (2.0, 2.0, 2.0, -1.0, -1.0, -1.0, 2.0):
        np.testing.assert_array_equal(compiled(np.ones(2), scale), np.ones(2) * scale if scale > 0 else np.ones(2))
    assert replays(compiled) == 2


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "bool", "complex64"])
def test_floats_are_as_weak_as_they_were(dtype):
    x = np.ones(2, dtype)
    compiled = autograd.compile(lambda x, s: [x * s, s / (x + 1), (1 - s) ** 2 + x, np.maximum(x.real, 1 - s)])
    for got, wanted in zip(called(compiled, x, 0.3), compiled.function(x, 0.3), strict=True):
        assert got.dtype == wanted.dtype
        np.testing.assert_allclose(got, wanted, rtol=1e-3 if dtype == "float16" else 1e-6)


class Pair(NamedTuple):
    first: object
    second: object


def test_containers_in_and_out():
    compiled = autograd.compile(
        lambda data, *, more: {"a": [data["x"] + more[0]], "p": Pair(data["x"] * 2, None), 3: "s"}
    )
    for k in range(4):
        x = np.full(2, float(k))
        result = compiled({"x": x}, more=(np.ones(2), "label"))
        assert list(result) == ["a", "p", 3]
        np.testing.assert_array_equal(result["a"][0], x + 1)
        np.testing.assert_array_equal(result["p"].first, 2 * x)
        assert (type(result["p"]), result["p"].second, result[3]) == (Pair, None, "s")
    assert replays(compiled) == 1


def test_many_signatures_draw_one_warning():
    compiled = autograd.compile(lambda x: x, limit=2)
    compiled(np.ones(1)), compiled(np.ones(2))
    with pytest.warns(UserWarning, match=r"more than 2 signatures.*float64\[3\]"):
        compiled(np.ones(3))
    compiled(np.ones(4))


def test_grad_mode_and_default_dtype_are_part_of_the_signature():
    w = autograd.tensor([2.0], requires_grad=True)
    compiled = autograd.compile(lambda x: (w * x).detach() + 1.0)
    called(compiled, np.ones(1, np.float32))
    with autograd.no_grad():
        called(compiled, np.ones(1, np.float32))
    assert replays(compiled) == 2


# --- results ---------------------------------------------------------------------------------------------------------


def test_results_are_fresh_at_every_call():
    compiled = autograd.compile(lambda x: (x + 1, x[:2]))
    x = np.zeros(3)
    results = [compiled(x) for _ in range(5)]
    for total, part in results:
        total += 1
        part += 1
    np.testing.assert_array_equal(x, 0)
    np.testing.assert_array_equal(compiled(x)[0], 1)
    for total, _ in results:
        np.testing.assert_array_equal(total, 2)


def test_results_that_are_arguments_constants_or_equal():
    w = autograd.tensor([1.0], requires_grad=True)
    compiled = autograd.compile(lambda x: (x, w, x.exp(), x.exp(), "same"))
    x = autograd.tensor([0.0, 1.0])
    for _ in range(3):
        a, b, c, d, e = compiled(x)
        assert a is x
        assert b is w
        assert e == "same"
        np.testing.assert_array_equal(c.data, d.data)


def test_a_function_without_arrays():
    compiled = autograd.compile(lambda: None)
    assert [compiled() for _ in range(3)] == [None] * 3


def test_layouts_survive():
    compiled = autograd.compile(lambda x: np.tanh(x).transpose(1, 0))
    x = np.arange(6.0).reshape(3, 2).T
    result = called(compiled, x)
    np.testing.assert_allclose(result, np.tanh(x).T)
    np.testing.assert_allclose(called(compiled, x[::-1]), np.tanh(x[::-1]).T)


def test_the_same_array_twice():
    compiled = autograd.compile(lambda x, y: x - y)
    x = np.ones(2)
    called(compiled, x, x)
    np.testing.assert_array_equal(compiled(x, 3 * x), -2)


@pytest.mark.parametrize("shape", [(0,), (2, 0), ()])
def test_empty_and_single_numbers(shape):
    compiled = autograd.compile(autograd.grad(lambda x: (x * x + 1).sum()))
    x = np.full(shape, 3.0)
    np.testing.assert_array_equal(called(compiled, x), 2 * x)


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
    with pytest.raises(autograd.CompileError, match=r"test_compiled.py:\d+.*autograd.where.*return the value"):
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
    with pytest.raises(autograd.CompileError, match=r"shape .* where it gave .*test_compiled.py:\d+.*fixed shapes"):
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


# --- inside of other things ------------------------------------------------------------------------------------------


def test_inside_transforms_and_graphs_it_runs_as_it_is():
    compiled = autograd.compile(lambda x: (x**3).sum())
    called(compiled, np.ones(2))
    np.testing.assert_allclose(autograd.grad(compiled)(np.ones(2)), 3)
    np.testing.assert_allclose(autograd.vmap(compiled)(np.ones((4, 2))), 2)
    x = autograd.tensor([1.0, 2.0], requires_grad=True)
    compiled(2 * x).backward()
    np.testing.assert_allclose(x.grad.data, [24, 96])
    assert "sum" in str(autograd.trace(compiled, np.ones(2)))
    np.testing.assert_allclose(called(autograd.compile(lambda x: compiled(x) * 2), np.ones(2)), 4)


def test_a_stale_graph_is_noticed_after_a_replay():
    w = autograd.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)

    @autograd.compile
    def step():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        optimizer.step()

    called(step)
    stale = (w * w).sum()
    step()
    with pytest.raises(RuntimeError, match="overwritten"):
        stale.backward()
    optimizer.zero_grad()
    (w * w).sum().backward(inputs=[w])


def test_threads_do_not_disturb_one_another():
    compiled = autograd.compile(lambda x: np.tanh(x @ x.T).sum(0) * 2)
    xs = [np.random.default_rng(k).standard_normal((30, 30)) for k in range(4)]
    called(compiled, xs[0])
    wrong = []

    def work(x):
        wanted = compiled.function(x)
        wrong.extend(k for k in range(100) if not np.allclose(compiled(x), wanted))

    threads = [threading.Thread(target=work, args=(x,)) for x in xs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong
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


def test_llvmlite_is_mentioned_once_where_it_is_missing(monkeypatch):
    from autograd.compile import frontend

    monkeypatch.setattr(frontend, "find_spec", lambda name: None)
    frontend._mention_what_is_missing.cache_clear()
    compiled = autograd.compile(lambda x: x + 1)
    compiled(np.ones(1))
    with pytest.warns(UserWarning, match="llvmlite is not installed.*chalkgrad\\[fast\\]"):
        compiled(np.ones(1))
    called(compiled, np.ones(2))
    frontend._mention_what_is_missing.cache_clear()


@pytest.mark.parametrize("last", [False, True])
def test_images_in_either_order_of_memory(last):
    conv = nn.Conv2d(3, 8, 5, padding=1)

    def step(x):
        y = conv(x).relu()
        weights = [conv.weight, conv.bias]
        return y, *autograd.gradients((y * y).sum(), weights)

    x = np.random.default_rng(0).standard_normal((9, 3, 12, 13)).astype(np.float32)
    if last:
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    compiled = autograd.compile(step)
    for got, wanted in zip(compiled(autograd.tensor(x)), step(autograd.tensor(x))):
        np.testing.assert_allclose(got.data, wanted.data, rtol=1e-4, atol=1e-4)
