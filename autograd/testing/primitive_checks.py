"""What must hold for a primitive: small checks, each a function of one `Example`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from inspect import signature
from typing import Any

import numpy as np

from autograd.backward import collect
from autograd.dtypes import is_differentiable
from autograd.graph import Node, changed_mode, meta_of
from autograd.numerical import differences, inner, leaf, pull, tangents
from autograd.primitive import Primitive
from autograd.tensor import Tensor, wrap
from autograd.testing.comparison import assert_close
from autograd.testing.example import Example
from autograd.transforms import jvp


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
    outs = example.call(example.with_args([leaf(example.args[i]) for i in everything], everything))
    for out, value in zip(outs, want, strict=True):
        assert_close(out, value, 0)
        expected = bool(example.differentiable) and is_differentiable(value.dtype)
        tracked = getattr(out, "requires_grad", False)  # arrays come out where all arguments are of integers
        if tracked != expected:
            example.fail(f"a result of dtype {value.dtype} has requires_grad={tracked}; rules: {p.differentiable}")


def check_saved(example: Example) -> None:
    """A node keeps what the rules of its tracked arguments name, and nothing else."""
    p = example.primitive
    for tracked in example.subsets:
        outs = example.call(example.with_args([leaf(example.args[i]) for i in tracked], tracked))
        node = next((out._node for out in outs if out.requires_grad), None)
        if node is None:
            continue
        if p.outputs > 1:
            (node,) = node.inputs
        assert node is not None
        args = {p.args[0]} if p.variadic else {p.args[i] for i in tracked}
        named = {n for a in args for n in p.wants[a]}
        named |= {n for a in args & set(p.forward) for n in signature(p.forward[a]).parameters}
        named |= {f"{a}_shape" for a in args} if p.checked else set()
        for name, value in zip(p.saves, node.saved, strict=True):
            if (value is not None) != (name in named):
                example.fail(f"tracking {sorted(args)}, the node {'keeps' if name not in named else 'lacks'} {name}")


def check_inputs_unchanged(example: Example) -> None:
    """Neither the kernel nor a rule, at order 1 or 2, writes into an argument, a result or an adjoint."""
    args = [np.asarray(a) for a in example.args]
    args_before = [a.tobytes() for a in args]
    example.call(args)
    form = example.form(example.differentiable)
    xs, ws = [leaf(x) for x in form.inputs], form.point[len(form.inputs) :]
    ws_before = [w.tobytes() for w in ws]
    outs = form.results(xs)
    outs_before = [out.data.tobytes() for out in outs]
    pull(outs, xs, ws, False)
    form.gradient(form.point, [form.point])
    if [a.tobytes() for a in args] != args_before:
        example.fail("an argument was overwritten")
    if [w.tobytes() for w in ws] != ws_before:
        example.fail("the incoming adjoint was overwritten by a rule")
    if [out.data.tobytes() for out in outs] != outs_before:
        example.fail("the result was overwritten by a rule")


def check_gradient_types(example: Example) -> None:
    """Gradients have their argument's shape and dtype, in float64 and float32, also beside a Python scalar."""
    for variant in _variants(example):
        for tracked in variant.subsets:
            form = variant.form(tracked)
            for create_graph in (False, True):
                gradient = form.gradient(form.point, create_graph=create_graph)
                for k, (d, x) in enumerate(zip(gradient, form.point, strict=True)):
                    if (d.shape, d.dtype) != (x.shape, x.dtype):
                        variant.fail(
                            f"the gradient by {_component(variant, tracked, k)} ({x.dtype} {x.shape}) has dtype "
                            f"{d.dtype} and shape {d.shape} (create_graph={create_graph})"
                        )


def check_inner_adjoints(example: Example) -> None:
    """In a float32 second derivative no float64 appears, and every adjoint has the shape and dtype of its value."""
    for variant in _variants(example)[1:]:
        tracked = variant.differentiable
        form = variant.form(tracked)
        if not tracked or any(z.dtype not in (np.float32, np.complex64) for z in form.point):
            continue
        made: dict[Node, tuple[str, Any]] = {}
        wrong: list[str] = []

        def listen(p: Primitive, args: Any, params: Any, result: Any, made: Any = made, wrong: Any = wrong) -> None:
            for out in result if p.outputs > 1 else (result,):
                if out.dtype in (np.float64, np.complex128):
                    wrong.append(
                        f"{p.name} made a {out.dtype} of {', '.join(str(getattr(a, 'dtype', a)) for a in args)}"
                    )
            if p.outputs == 1 and result._node is not None:
                made[result._node] = (p.name, result)

        leaves = [leaf(z) for z in form.point]
        with changed_mode(listeners=(listen,)):
            outs = form.results(leaves[: len(tracked)])
            grads = [*pull(outs, leaves[: len(tracked)], leaves[len(tracked) :], True), *outs]
        for node in collect(g._node for g in grads if g.requires_grad):
            if node in made:
                meta_of(node).hooks = {0: _dtype_hook(*made[node], wrong)}
        pull(grads, leaves, form.direction(variant.rng()), False)
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
        form, rng = example.form(tracked), example.rng()
        n = len(tracked)
        leaves = [leaf(x) for x in form.inputs]
        outs = form.results(leaves)
        g1, g2 = form.point[n:], form.direction(rng)[n:]
        a, b = rng.uniform(0.5, 2, 2)
        d1, d2, both = (
            [t.data for t in pull(outs, leaves, g, False)]
            for g in (g1, g2, [a * u + b * v for u, v in zip(g1, g2, strict=True)])
        )
        expected = [a * u + b * v for u, v in zip(d1, d2, strict=True)]
        scale = _scale(d1, d2)
        _compare(example, tracked, both, expected, "the rule is not linear in g", 0, 1e-10 * scale)
        if len(outs) > 1:
            parts = [[t.data for t in pull([o], leaves, [g], False)] for o, g in zip(outs, g1, strict=True)]
            total = [sum(part) for part in zip(*parts, strict=True)]
            _compare(example, tracked, total, d1, "one result's adjoint at a time", 0, 1e-10 * scale)


def check_linear_arguments(example: Example) -> None:
    """In an argument declared linear, f is linear, and ⟨f(v), y⟩ = ⟨v, fᵀ(y)⟩."""
    p = example.primitive
    places = [example.differentiable] if p.variadic else [(i,) for i in example.differentiable if p.args[i] in p.linear]
    if not p.linear:
        return
    for tracked in places:
        form, rng = example.form(tracked), example.rng()
        n = len(tracked)
        u, v = form.direction(rng)[:n], form.direction(rng)[:n]
        a, b = rng.uniform(0.5, 2, 2)
        fu, fv = form.value(u), form.value(v)
        both = form.value([a * x + b * y for x, y in zip(u, v, strict=True)])
        for o, x, y in zip(both, fu, fv, strict=True):
            try:
                assert_close(o, np.asarray(a * x + b * y))
            except AssertionError as error:
                example.fail(f"declared linear in {example.name_of(tracked[0])}, and is not: {error}")
        pulled = form.gradient(form.point)[:n]
        left, right = inner(fu, form.point[n:]), inner(u, pulled)
        if abs(left - right) > 1e-10 * (1 + abs(left)):
            example.fail(f"⟨f(v), y⟩ = {left!r} but ⟨v, fᵀ(y)⟩ = {right!r} for {example.name_of(tracked[0])}")


def check_order_1(example: Example) -> None:
    """The derivative along a random direction equals a difference quotient of the kernel."""
    for tracked in example.subsets:
        form, n = example.form(tracked), len(tracked)
        v, ws = form.direction(example.rng())[:n], form.point[n:]
        value = form.value(form.inputs)
        if not all(np.isfinite(x).all() for x in value):
            example.fail("the result is not finite: the samples leave the domain")
        quotients = differences(form.value, form.inputs, v)
        analytic = inner(form.gradient(form.point)[:n], v)
        numeric = inner(quotients, ws)
        bound = 1e-9 * inner(quotients, ws, absolute=True) + 1e-9 * (1 + inner(value, ws, absolute=True))
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
    form, rng = example.form(tracked), example.rng()
    directions = [form.direction(rng) for _ in range(order - 1)]
    lower = form.gradient(form.point, directions[:-1])
    numeric = differences(lambda z: form.gradient(z, directions[:-1]), form.point, directions[-1])
    analytic = form.gradient(form.point, directions)
    bound = 1e-9 * _scale(lower, numeric)
    _compare(example, tracked, analytic, numeric, f"derivative of order {order}", 0, bound)


def check_forward_mode(example: Example) -> None:
    """A tangent equals the difference quotient, with the dtype of its result."""
    for tracked in example.subsets:
        form = example.form(tracked)
        xs, v = form.inputs, form.direction(example.rng())[: len(tracked)]
        value, quotients = form.value(xs), differences(form.value, xs, v)
        scale = _scale(value, quotients)
        for k, (t, q) in enumerate(zip(tangents(form.results, xs, v), quotients, strict=True)):
            try:
                assert_close(t, q.astype(value[k].dtype), 0, 1e-9 * scale)
            except AssertionError as error:
                example.fail(f"tangent of result {k} by {', '.join(map(example.name_of, tracked))}: {error}")
        single = example.cast(np.float32).form(tracked)
        found = tangents(single.results, single.inputs, [d.astype(x.dtype) for d, x in zip(v, single.inputs)])
        for t, o in zip(found, single.value(single.inputs), strict=True):
            if (t.dtype, t.shape) != (o.dtype, o.shape):
                example.fail(f"a float32 tangent came out as {t.dtype} {t.shape} for a result of {o.dtype} {o.shape}")


def check_nested_modes(example: Example) -> None:
    """Second derivatives by forward over reverse and by reverse over forward equal those by reverse over reverse."""
    for tracked in example.subsets:
        form, n = example.form(tracked), len(tracked)
        v = form.direction(example.rng())
        expected = form.gradient(form.point, [v])
        over_reverse = tangents(form.sweep, form.point, v)
        _compare(example, tracked, over_reverse, expected, "forward over reverse", 0, 1e-9 * _scale(expected))
        xs, vs = [leaf(x) for x in form.inputs], [leaf(d) for d in v[:n]]
        _, pushed = jvp(lambda *zs, form=form: tuple(form.results(zs)), tuple(xs), tuple(vs))
        over_forward = [d.data for d in pull(pushed, [*xs, *vs], form.weights, False)]
        still = [np.zeros_like(w) for w in form.weights]
        expected = [*form.gradient(form.point, [[*v[:n], *still]])[:n], *form.gradient(form.point)[:n]]
        scale = 1e-9 * _scale(expected)
        _compare(example, tracked * 2, over_forward, expected, "reverse over forward", 0, scale)


def check_symmetry(example: Example) -> None:
    """Second derivatives do not depend on the order of the directions."""
    if not example.differentiable:
        return
    form, rng = example.form(example.differentiable), example.rng()
    u, v = form.direction(rng), form.direction(rng)
    uv, vu = inner(form.gradient(form.point, [u]), v), inner(form.gradient(form.point, [v]), u)
    scale = inner(form.gradient(form.point, [u]), v, absolute=True)
    if abs(uv - vu) > 1e-9 * (1 + scale):
        example.fail(f"second derivative along u then v is {uv!r}, along v then u {vu!r}")


def check_complex_step(example: Example) -> None:
    """Where the kernel is analytic and takes complex arrays, the derivative equals Im f(x + ihv)/h, which is exact."""
    if not example.differentiable or example.takes_complex:
        return
    form, n = example.form(example.differentiable), len(example.differentiable)
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
    analytic, numeric = inner(form.gradient(form.point)[:n], v), inner(exact, ws)
    if abs(analytic - numeric) > 1e-11 * (1 + inner(exact, ws, absolute=True)):
        example.fail(f"derivative along a direction: rule {analytic!r}, complex step {numeric!r}")


def check_recorded_rules(example: Example) -> None:
    """Rules give the same numbers on Tensors (create_graph=True) as on arrays."""
    for tracked in example.subsets:
        form = example.form(tracked)
        bare, recorded = form.gradient(form.point), form.gradient(form.point, create_graph=True)
        _compare(example, tracked, recorded, bare, "gradient with create_graph", 1e-12, 1e-12)


PRIMITIVE_CHECKS: tuple[Callable[[Example], None], ...] = (
    check_inputs_unchanged,
    check_value,
    check_tracking,
    check_saved,
    check_gradient_types,
    check_inner_adjoints,
    check_recorded_rules,
    check_linear_in_adjoint,
    check_linear_arguments,
    check_order_1,
    check_complex_step,
    check_order_2,
    check_forward_mode,
    check_nested_modes,
    check_symmetry,
)
"""What must hold for every primitive; the long profile adds `check_order_3`. The first sees the inputs untouched."""


def _compare(
    example: Example,
    tracked: tuple[int, ...],
    actual: Sequence[Any],
    expected: Sequence[Any],
    what: str,
    rtol: float,
    atol: float,
) -> None:
    """Compare derivatives by the tracked arguments and the incoming adjoints."""
    for k, (a, e) in enumerate(zip(actual, expected, strict=True)):
        try:
            assert_close(a, e, rtol, atol)
        except AssertionError as error:
            example.fail(f"{what} by {_component(example, tracked, k)}: {error}")


def _scale(*groups: Sequence[np.ndarray]) -> float:
    """1 or the largest magnitude of any element."""
    return max([1.0, *(float(np.max(np.abs(a), initial=0)) for group in groups for a in group)])


def _component(example: Example, tracked: tuple[int, ...], k: int) -> str:
    return example.name_of(tracked[k]) if k < len(tracked) else "the incoming adjoint"
