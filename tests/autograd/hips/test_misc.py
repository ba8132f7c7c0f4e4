"""What programs for HIPS autograd import beside NumPy: flattening, optimizers, fixed points, traces, checks."""

import pytest

import autograd.numpy as np
from autograd import checkpoint, grad, grad_named, hessian_vector_product, make_hvp, multigrad_dict
from autograd.builtins import isinstance as ag_isinstance, type as ag_type
from autograd.extend import defvjp, primitive
from autograd.misc import const_graph, flatten
from autograd.misc.fixed_points import fixed_point
from autograd.misc.flatten import flatten_func
from autograd.misc.optimizers import adam, rmsprop, sgd
from autograd.test_util import check_equivalent, check_grads, combo_check
from autograd.tracer import Node, getval, isbox, trace
from autograd.util import quick_grad_check, toposort
from autograd.wrap_util import unary_to_nary


def test_flatten_there_and_back_and_through():
    value = (1.0, np.ones((2, 3)), [np.zeros((1, 4)), {"x": 2.0, "y": np.ones((4, 2))}])
    vector, unflatten = flatten(value)
    assert vector.shape == (20,)
    check_equivalent(unflatten(vector), value)
    check_grads(lambda v: flatten(v)[0])(value)
    check_grads(unflatten)(vector)
    empty, back = flatten([])
    assert (empty.size, back(empty)) == (0, [])
    flat, _, start = flatten_func(lambda p: {"y": p["x"] ** 2}, {"x": np.array([1.0, 2.0])})
    assert flat(start).tolist() == [1.0, 4.0]


@pytest.mark.parametrize("optimize, options", [(sgd, {}), (rmsprop, {"step_size": 0.01}), (adam, {"step_size": 0.05})])
def test_optimizers_find_a_minimum_and_call_back(optimize, options):
    seen = []
    loss = lambda p: np.sum((p["w"] - 3.0) ** 2) + p["b"] ** 2
    start = {"w": np.zeros(2), "b": 1.0}
    result = optimize(
        lambda p, i: grad(loss)(p), start, callback=lambda p, i, g: seen.append((i, g["b"])), num_iters=500, **options
    )
    np.testing.assert_allclose(result["w"], 3.0, atol=0.05)
    assert seen[0] == (0, 2.0)
    assert len(seen) == 500
    assert start["b"] == 1.0


def test_fixed_points_are_differentiated_implicitly():
    newton = lambda a: lambda x: 0.5 * (x + a / x)
    distance = lambda x, y: np.max(np.abs(x - y))
    root = lambda a: fixed_point(newton, a, 1.0 + 0 * getval(a), distance, 1e-12)
    a = np.array([2.0, 9.0])
    np.testing.assert_allclose(root(a), np.sqrt(a))
    total = lambda a: np.sum(root(a))
    np.testing.assert_allclose(grad(total)(a), 0.5 / np.sqrt(a))
    np.testing.assert_allclose(grad(lambda a: np.sum(grad(total)(a)))(a), -0.25 * a**-1.5, rtol=1e-6)


def test_const_graph_runs_constants_once():
    calls = []

    @primitive
    def noted(x, name):
        calls.append(name)
        return x

    defvjp(noted, lambda ans, x, name: lambda g: g)
    fun = const_graph(lambda x, y: noted(x, "x") + 2 * noted(y, "y"), 1.0)
    assert (fun(2.0), calls) == (5.0, ["x", "y"])
    assert (fun(3.0), calls) == (7.0, ["x", "y", "y"])
    assert grad(fun)(3.0) == 2.0


def test_traces_with_nodes_of_ones_own():
    class Calls(Node):
        def __init__(self, value, fun, args, kwargs, parent_argnums, parents):
            self.lines = [*parents[0].lines, (fun.__name__, parent_argnums, value)]
            self.parents = parents

        def initialize_root(self, lines):
            self.lines, self.parents = lines, ()

    value, node = trace(Calls.new_root([]), lambda x: 2.0 * np.sin(x), 0.0)
    assert value == 0.0
    assert [line[:2] for line in node.lines] == [("sin", (0,)), ("multiply", (1,))]
    assert list(toposort(node))[-1].parents == ()
    assert trace(Calls.new_root([]), lambda x: 1.0, 0.0) == (1.0, None)
    _, node = trace(Calls.new_root([]), grad(np.sin), 1.0)
    assert "cos" in [line[0] for line in node.lines]


def test_boxes():
    seen = []
    grad(lambda x: seen.append((isbox(x), getval(x), ag_isinstance(x, np.ndarray), ag_type(x))) or x)(2.0)
    assert seen == [(True, 2.0, True, np.ndarray)]
    assert not isbox(2.0)


def test_operators_by_argument():
    f = lambda x, y: np.sum(x * y**2)
    x, y, v = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([1.0, -1.0])
    np.testing.assert_allclose(make_hvp(f, 1)(x, y)[0](v), 2 * x * v)
    np.testing.assert_allclose(hessian_vector_product(f, 1)(x, y, v), 2 * x * v)
    np.testing.assert_allclose(grad_named(f, "y")(x, y), 2 * x * y)
    np.testing.assert_allclose(multigrad_dict(f)(x, y=y)["x"], y**2)
    with pytest.raises(ValueError, match="'z' is no argument"):
        grad_named(f, "z")
    with pytest.raises(TypeError, match="argnum must be an int"):
        unary_to_nary(lambda f, x: f(x))(f, "x")
    again = checkpoint(lambda x: np.sum(np.sin(x) ** 2))
    np.testing.assert_allclose(grad(again)(x), np.sin(2 * x))


def test_checks_fail_for_wrong_rules():
    @primitive
    def double(x):
        return 2.0 * x

    defvjp(double, lambda ans, x: lambda g: 2.001 * g)
    with pytest.raises(AssertionError, match=r"\(VJP\) check of double failed"):
        check_grads(double, modes=["rev"])(1.0)
    with pytest.raises(AssertionError, match="Value mismatch"):
        check_grads(double, modes=["fwd"])(1.0)
    with pytest.raises(AssertionError, match="VSpace mismatch"):
        check_equivalent(np.ones(2), np.ones(3))
    with pytest.raises(AssertionError, match="modes are"):
        check_grads(np.sin, modes=["sideways"])(1.0)
    with pytest.warns(FutureWarning, match="check_grads"):
        quick_grad_check(lambda x, y: x**2 + y, 1.0, (2.0,))
    combo_check(np.sum, [0])([np.ones((2, 3))], axis=[None, 0, -1], keepdims=[True, False])
