"""Compiled functions: signatures, the form of results, and what happens inside of other things."""

import threading
from typing import NamedTuple

import numpy as np
import pytest

import autograd
import nn
import optim
from tests.autograd.compile.steps import called, replays

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
