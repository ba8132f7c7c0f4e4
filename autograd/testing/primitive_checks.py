"""What must hold for a primitive: small checks, each a function of one `Example`, a primitive with drawn inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NoReturn

import numpy as np

from autograd.backward import collect, gradients
from autograd.dtypes import is_differentiable
from autograd.gradcheck import differences
from autograd.graph import Node, changed_mode, meta_of
from autograd.primitive import Primitive
from autograd.tensor import Tensor, wrap
from autograd.testing.comparison import assert_close


@dataclass(frozen=True)
class Example:
    """A primitive with inputs of one call: array arguments, parameters, and the seed of all further random numbers."""

    primitive: Primitive
    args: tuple[Any, ...]
    params: dict[str, Any]
    seed: int

    def __repr__(self) -> str:
        parts = [*map(_describe, self.args), *(f"{k}={v!r}" for k, v in self.params.items())]
        return f"{self.primitive.name}({', '.join(parts)})  # seed={self.seed}"

    def call(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """The results on these arguments, as a tuple also where there is one."""
        return self._tuple(self.primitive.fn(*args, **deepcopy(self.params)))

    def kernel(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """What the bare kernel gives."""
        return self._tuple(self.primitive.kernel(*args, **deepcopy(self.params)))

    def _tuple(self, out: Any) -> tuple[Any, ...]:
        return out if self.primitive.outputs > 1 else (out,)

    def with_args(self, args: Sequence[Any], places: Sequence[int]) -> list[Any]:
        """The arguments, those at `places` replaced."""
        merged = list(self.args)
        for i, arg in zip(places, args, strict=True):
            merged[i] = arg
        return merged

    def name_of(self, place: int) -> str:
        """The name of an array argument."""
        p = self.primitive
        return f"{p.args[0]}[{place}]" if p.variadic else p.args[place]

    @cached_property
    def differentiable(self) -> tuple[int, ...]:
        """The places of the arguments that have a rule and hold real floating numbers."""
        p = self.primitive
        return tuple(
            i
            for i, arg in enumerate(self.args)
            if (p.args[0] if p.variadic else p.args[i]) in p.differentiable and is_differentiable(np.asarray(arg).dtype)
        )

    @property
    def subsets(self) -> Iterator[tuple[int, ...]]:
        """Which arguments to track: each alone, and all together."""
        yield from ((i,) for i in self.differentiable)
        if len(self.differentiable) > 1:
            yield self.differentiable

    def rng(self) -> np.random.Generator:
        """A generator for directions and adjoints; the same at each call."""
        return np.random.default_rng([self.seed, 1])

    def cast(self, dtype: Any) -> Example:
        """The same example with its floating arguments in another dtype."""
        args = tuple(a.astype(dtype) if np.asarray(a).dtype.kind == "f" else a for a in self.args)
        return replace(self, args=args)

    def fail(self, problem: str) -> NoReturn:
        """Raise AssertionError, naming this example."""
        raise AssertionError(f"{self}: {problem}")


def _describe(arg: Any) -> str:
    array = np.asarray(arg)
    if array.size <= 4:
        return repr(arg)
    layout = "" if array.flags.c_contiguous else f", strides {array.strides}"
    return f"<{array.dtype} {array.shape}{layout}>"


# --- derivatives of every order, by the engine and by differences ---------------------------------------------------


def _leaf(array: Any) -> Tensor:
    return wrap(np.asarray(array)).requires_grad_()


def _pull(outputs: Sequence[Any], inputs: Sequence[Tensor], adjoints: Sequence[Any], create_graph: bool) -> list[Any]:
    """Gradients, zero where nothing depends."""
    live = [(o, g) for o, g in zip(outputs, adjoints, strict=True) if o.requires_grad]
    found: Sequence[Any] = [None] * len(inputs)
    if live:
        outs, gs = zip(*live, strict=True)
        found = gradients(list(outs), inputs, list(gs), create_graph=create_graph, retain_graph=True, allow_unused=True)
    return [wrap(np.zeros(t.shape, t.dtype)) if g is None else g for g, t in zip(found, inputs, strict=True)]


class _Form:
    """S₁(x, w) = Σ ⟨w, f(x)⟩ and S₍ₖ₊₁₎ = ⟨∇Sₖ, vₖ⟩: what is differentiated to test a primitive at order k.

    The adjoint w is a variable like x, so that order 2 also tests how a rule depends on `g`.
    """

    def __init__(self, example: Example, tracked: tuple[int, ...]) -> None:
        self.example, self.tracked = example, tracked
        rng = example.rng()
        outs = example.call(example.with_args([_leaf(example.args[i]) for i in tracked], tracked))
        self.outputs = [k for k, out in enumerate(outs) if out.requires_grad]
        self.inputs = [np.asarray(example.args[i]) for i in tracked]
        self.point = self.inputs + [_direction(rng, outs[k].shape, outs[k].dtype) for k in self.outputs]

    def direction(self, rng: np.random.Generator) -> list[np.ndarray]:
        """A random direction in which to move x and w."""
        return [_direction(rng, z.shape, z.dtype) for z in self.point]

    def value(self, point: Sequence[np.ndarray]) -> list[np.ndarray]:
        """f at x."""
        out = self.example.kernel(self.example.with_args(point[: len(self.tracked)], self.tracked))
        return [np.asarray(out[k]) for k in self.outputs]

    def results(self, xs: Sequence[Tensor]) -> list[Tensor]:
        """The tracked results on these Tensors."""
        outs = self.example.call(self.example.with_args(xs, self.tracked))
        return [outs[k] for k in self.outputs]

    def gradient(
        self, point: Sequence[Any], directions: Sequence[Sequence[Any]] = (), create_graph: bool = False
    ) -> list[np.ndarray]:
        """∇S at a point, of order one more than the directions given."""
        leaves = [_leaf(z) for z in point]
        xs, ws = leaves[: len(self.tracked)], leaves[len(self.tracked) :]
        outs = self.results(xs)
        deeper = bool(directions) or create_graph
        grads = [*_pull(outs, xs, ws if deeper else [w.data for w in ws], deeper), *outs]
        for k, v in enumerate(directions):
            grads = _pull(grads, leaves, v, create_graph or k + 1 < len(directions))
        return [g.data for g in grads]

    def name_of(self, k: int) -> str:
        """What the k-th component of the point is."""
        return self.example.name_of(self.tracked[k]) if k < len(self.tracked) else "the incoming adjoint"


def _direction(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    return np.asarray(rng.uniform(-1, 1, shape), dtype)


def _compare(form: _Form, actual: Sequence[Any], expected: Sequence[Any], what: str, rtol: float, atol: float) -> None:
    for k, (a, e) in enumerate(zip(actual, expected, strict=True)):
        try:
            assert_close(a, e, rtol, atol)
        except AssertionError as error:
            form.example.fail(f"{what} with respect to {form.name_of(k)}: {error}")


# --- the checks -----------------------------------------------------------------------------------------------------


def check_value(example: Example) -> None:
    """Arrays in, arrays out; Tensors in, Tensors out; both with the kernel's value, whatever the memory layout."""
    want = example.kernel(example.args)
    got = example.call(example.args)
    places = range(len(example.args))
    tensors = example.call([wrap(np.asarray(a)) for a in example.args])
    mixed = [example.call(example.with_args([wrap(np.asarray(example.args[i]))], [i])) for i in places]
    for k, out in enumerate(want):
        if not isinstance(got[k], np.ndarray | np.generic):
            example.fail(f"arrays in gave {type(got[k]).__name__} out")
        assert_close(got[k], out, 0)
        for results in (tensors, *mixed):
            if not isinstance(results[k], Tensor) or results[k].requires_grad:
                example.fail("Tensors that require no grad must give such Tensors")
            assert_close(results[k], out, 0)
    copies = [np.array(a, order="C") for a in example.args]
    for a, e in zip(example.kernel(copies), want, strict=True):
        assert_close(a, e)


def check_tracking(example: Example) -> None:
    """Real floating results of differentiable arguments require grad, all others do not."""
    p, want = example.primitive, example.kernel(example.args)
    everything = [i for i, a in enumerate(example.args) if is_differentiable(np.asarray(a).dtype)]
    outs = example.call(example.with_args([_leaf(example.args[i]) for i in everything], everything))
    for out, value in zip(outs, want, strict=True):
        assert_close(out, value, 0)
        expected = bool(example.differentiable) and is_differentiable(value.dtype)
        if out.requires_grad != expected:
            example.fail(
                f"a result of dtype {value.dtype} has requires_grad={out.requires_grad}; rules: {p.differentiable}"
            )


def check_saved(example: Example) -> None:
    """A node keeps what the rules of its tracked arguments name, and nothing else."""
    p = example.primitive
    for tracked in example.subsets:
        outs = example.call(example.with_args([_leaf(example.args[i]) for i in tracked], tracked))
        node = next((out._node for out in outs if out.requires_grad), None)
        if node is None:
            continue
        if p.outputs > 1:
            (node,) = node.inputs
        assert node is not None
        args = {p.args[0]} if p.variadic else {p.args[i] for i in tracked}
        named = {n for a in args for n in p.wants[a]}
        named |= {n for a in args & set(p.forward) for n in p.forward[a].__code__.co_varnames}
        named |= {f"{a}_shape" for a in args} if p.checked else set()
        for name, value in zip(p.saves, node.saved, strict=True):
            if (value is not None) != (name in named):
                example.fail(f"tracking {sorted(args)}, the node {'keeps' if name not in named else 'lacks'} {name}")


def check_inputs_unchanged(example: Example) -> None:
    """Neither the kernel nor a rule, at order 1 or 2, writes into an argument, a result or an adjoint."""
    for tracked in (example.differentiable or (),):
        form = _Form(example, tracked)
        arrays = [*form.point, *(np.asarray(a) for a in example.args)]
        before = [a.tobytes() for a in arrays]
        outs = example.call(example.with_args([_leaf(x) for x in form.inputs], tracked))
        results = [out.data.tobytes() for out in outs]
        form.gradient(form.point)
        form.gradient(form.point, [form.point])
        live = form.outputs
        leaves = [_leaf(x) for x in form.inputs]
        again = example.call(example.with_args(leaves, tracked))
        _pull([again[k] for k in live], leaves, form.point[len(tracked) :], False)
        if [a.tobytes() for a in arrays] != before:
            example.fail("an argument or an incoming adjoint was overwritten")
        if [out.data.tobytes() for out in again] != results:
            example.fail("the result was overwritten by a rule")


def check_gradient_types(example: Example) -> None:
    """Gradients have their argument's shape and dtype, in float64 and float32, also beside a Python scalar."""
    for variant in _variants(example):
        for tracked in variant.subsets:
            form = _Form(variant, tracked)
            for create_graph in (False, True):
                gradient = form.gradient(form.point, create_graph=create_graph)
                for k, (d, x) in enumerate(zip(gradient, form.point, strict=True)):
                    if (d.shape, d.dtype) != (x.shape, x.dtype):
                        variant.fail(
                            f"the gradient by {form.name_of(k)} ({x.dtype} {x.shape}) has dtype {d.dtype} and shape "
                            f"{d.shape} (create_graph={create_graph})"
                        )


def check_inner_adjoints(example: Example) -> None:
    """In a float32 second derivative every adjoint on the way has the shape and dtype of the value it belongs to."""
    for variant in _variants(example)[1:]:
        tracked = variant.differentiable
        if not tracked:
            continue
        form = _Form(variant, tracked)
        made: dict[Node, tuple[str, Any]] = {}

        def listen(p: Primitive, args: Any, params: Any, result: Any, made: dict[Any, Any] = made) -> None:
            if p.outputs == 1 and result._node is not None:
                made[result._node] = (p.name, result)

        leaves = [_leaf(z) for z in form.point]
        with changed_mode(listeners=(listen,)):
            outs = form.results(leaves[: len(tracked)])
            grads = [*_pull(outs, leaves[: len(tracked)], leaves[len(tracked) :], True), *outs]
        wrong: list[str] = []
        for node in collect(g._node for g in grads if g.requires_grad):
            if node in made:
                meta_of(node).hooks = {0: _dtype_hook(*made[node], wrong)}
        _pull(grads, leaves, form.direction(variant.rng()), False)
        if wrong:
            variant.fail("; ".join(wrong))


def _dtype_hook(name: str, value: Tensor, wrong: list[str]) -> Callable[[Tensor], None]:
    def hook(g: Tensor) -> None:
        if (g.dtype, g.shape) != (value.dtype, value.shape):
            wrong.append(f"{name} made a {value.dtype} {value.shape} and got an adjoint of {g.dtype} {g.shape}")

    return hook


def _variants(example: Example) -> list[Example]:
    """The example, in float32 too, and with a Python scalar in the place of each operand of an elementwise pair."""
    p, single = example.primitive, example.cast(np.float32)
    variants = [example, single]
    if p.elementwise and len(p.args) == 2:
        for i, arg in enumerate(single.args):
            if np.size(arg) and np.asarray(arg).dtype.kind == "f":
                variants.append(replace(single, args=tuple(single.with_args([float(np.ravel(arg)[0])], [i]))))
    return variants


def check_linear_in_adjoint(example: Example) -> None:
    """A rule applied to a combination of adjoints gives that combination of its results."""
    for tracked in example.subsets:
        form, rng = _Form(example, tracked), example.rng()
        n = len(tracked)
        leaves = [_leaf(x) for x in form.inputs]
        outs = form.results(leaves)
        g1, g2 = form.point[n:], form.direction(rng)[n:]
        a, b = rng.uniform(0.5, 2, 2)
        d1, d2, both = (
            [t.data for t in _pull(outs, leaves, g, False)]
            for g in (g1, g2, [a * u + b * v for u, v in zip(g1, g2, strict=True)])
        )
        expected = [a * u + b * v for u, v in zip(d1, d2, strict=True)]
        scale = max([1.0, *(np.max(np.abs(d), initial=0) for d in (*d1, *d2))])
        _compare(form, both, expected, "the rule is not linear in g", 0, 1e-10 * scale)
        if len(outs) > 1:
            parts = [[t.data for t in _pull([o], leaves, [g], False)] for o, g in zip(outs, g1, strict=True)]
            total = [sum(part) for part in zip(*parts, strict=True)]
            _compare(form, total, d1, "one result's adjoint at a time", 0, 1e-10 * scale)


def check_linear_arguments(example: Example) -> None:
    """In an argument declared linear, f is linear, and ⟨f(v), y⟩ = ⟨v, fᵀ(y)⟩."""
    p = example.primitive
    places = [example.differentiable] if p.variadic else [(i,) for i in example.differentiable if p.args[i] in p.linear]
    if not p.linear:
        return
    for tracked in places:
        form, rng = _Form(example, tracked), example.rng()
        n = len(tracked)
        u, v = form.direction(rng), form.direction(rng)
        a, b = rng.uniform(0.5, 2, 2)
        fu, fv = form.value(u), form.value(v)
        both = form.value([a * x + b * y for x, y in zip(u, v, strict=True)])
        for o, x, y in zip(both, fu, fv, strict=True):
            try:
                assert_close(o, np.asarray(a * x + b * y))
            except AssertionError as error:
                example.fail(f"declared linear in {form.name_of(0)}, and is not: {error}")
        pulled = form.gradient(form.point)[:n]
        left, right = _inner(fu, form.point[n:]), _inner(u[:n], pulled)
        if abs(left - right) > 1e-10 * (1 + abs(left)):
            example.fail(f"⟨f(v), y⟩ = {left!r} but ⟨v, fᵀ(y)⟩ = {right!r} for {form.name_of(0)}")


def check_order_1(example: Example) -> None:
    """The derivative along a random direction equals a difference quotient of the kernel."""
    for tracked in example.subsets:
        form, n = _Form(example, tracked), len(tracked)
        v, ws = form.direction(example.rng())[:n], form.point[n:]
        value, quotients = form.value(form.inputs), differences(form.value, form.inputs, v)
        if not all(np.isfinite(x).all() for x in (*value, *quotients)):
            example.fail("not finite here: the samples leave the domain")
        analytic = _inner(form.gradient(form.point)[:n], v)
        numeric = _inner(quotients, ws)
        bound = 1e-7 * _inner(quotients, ws, absolute=True) + 1e-9 * (1 + _inner(value, ws, absolute=True))
        if not abs(analytic - numeric) <= bound:
            names = ", ".join(map(example.name_of, tracked))
            example.fail(f"derivative by {names} along a direction: rule {analytic!r}, difference {numeric!r}")


def check_order_2(example: Example) -> None:
    """The derivative of the gradient along a direction equals a difference quotient of the gradient."""
    for tracked in example.subsets:
        _check_higher(example, tracked, 2)


def check_order_3(example: Example) -> None:
    """The same one order higher."""
    if example.differentiable:
        _check_higher(example, example.differentiable, 3)


def _check_higher(example: Example, tracked: tuple[int, ...], order: int) -> None:
    form, rng = _Form(example, tracked), example.rng()
    directions = [form.direction(rng) for _ in range(order - 1)]
    lower = form.gradient(form.point, directions[:-1])
    numeric = differences(lambda z: form.gradient(z, directions[:-1]), form.point, directions[-1])
    analytic = form.gradient(form.point, directions)
    scale = max([1.0, *(float(np.max(np.abs(d), initial=0)) for d in (*lower, *numeric))])
    _compare(form, analytic, numeric, f"derivative of order {order}", 0, 1e-7 * scale)


def check_symmetry(example: Example) -> None:
    """Second derivatives do not depend on the order of the directions."""
    if not example.differentiable:
        return
    form, rng = _Form(example, example.differentiable), example.rng()
    u, v = form.direction(rng), form.direction(rng)
    uv, vu = _inner(form.gradient(form.point, [u]), v), _inner(form.gradient(form.point, [v]), u)
    scale = _inner(form.gradient(form.point, [u]), v, absolute=True)
    if abs(uv - vu) > 1e-9 * (1 + scale):
        example.fail(f"second derivative along u then v is {uv!r}, along v then u {vu!r}")


def check_complex_step(example: Example) -> None:
    """Where the kernel is analytic and takes complex arrays, the derivative equals Im f(x + ihv)/h, which is exact."""
    if not example.differentiable:
        return
    form, n = _Form(example, example.differentiable), len(example.differentiable)
    v, ws = form.direction(example.rng())[:n], form.point[n:]
    h = 1e-30
    try:
        with np.errstate(all="ignore"):
            moved = form.value([x + 1j * h * d for x, d in zip(form.inputs, v, strict=True)])
    except (TypeError, ValueError, NotImplementedError, np.exceptions.ComplexWarning):
        return
    if any(m.dtype.kind != "c" for m in moved):
        return
    exact = [m.imag / h for m in moved]
    for a, e in zip(exact, differences(form.value, form.inputs, v), strict=True):
        if not np.allclose(a, e, rtol=1e-4, atol=1e-4):
            return
    analytic, numeric = _inner(form.gradient(form.point)[:n], v), _inner(exact, ws)
    if abs(analytic - numeric) > 1e-11 * (1 + _inner(exact, ws, absolute=True)):
        example.fail(f"derivative along a direction: rule {analytic!r}, complex step {numeric!r}")


def check_recorded_rules(example: Example) -> None:
    """Rules give the same numbers on Tensors (create_graph=True) as on arrays."""
    for tracked in example.subsets:
        form = _Form(example, tracked)
        bare, recorded = form.gradient(form.point), form.gradient(form.point, create_graph=True)
        _compare(form, recorded, bare, "gradient with create_graph", 1e-12, 1e-12)


def _inner(xs: Sequence[Any], ys: Sequence[Any], absolute: bool = False) -> float:
    products = (np.asarray(x) * np.asarray(y) for x, y in zip(xs, ys, strict=True))
    return float(sum((np.abs(p) if absolute else p).sum() for p in products))


PRIMITIVE_CHECKS: tuple[Callable[[Example], None], ...] = (
    check_value,
    check_tracking,
    check_saved,
    check_inputs_unchanged,
    check_gradient_types,
    check_inner_adjoints,
    check_recorded_rules,
    check_linear_in_adjoint,
    check_linear_arguments,
    check_order_1,
    check_complex_step,
    check_order_2,
    check_symmetry,
)
"""What must hold for every primitive; the long profile adds `check_order_3`."""
