"""Every primitive under `vmap`: the same values and derivatives as example by example."""

import inspect
import re
from itertools import combinations
from zlib import crc32

import numpy as np
import pytest

import autograd
from autograd.batching.calls import loop
from autograd.batching.rules import RULES, rule_of
from autograd.dtypes import is_differentiable
from autograd.primitive import Primitive, registry
from autograd.sampling import Sampler

autograd.ops.load_all()
SIZE = 3
SAMPLED = {name: p for name, p in registry.items() if p.samples is not None}
BY_EXAMPLE = {"argwhere", "unique"}
"""Primitives without a batching rule, of the families that are declared when the library is imported."""


class Again(Sampler):
    """Draws the same structures as a first time, with other contents."""

    def __init__(self, rng, structure=()):
        super().__init__(rng)
        self.structure, self.drawn = structure, []

    def integer(self, low, high):
        k = len(self.drawn)
        value = self.structure[k] if k < len(self.structure) else super().integer(low, high)
        self.drawn.append(value)
        return value


def examples(p: Primitive, seed: int):
    """`SIZE` samples that differ in their contents only, and the parameters that they share."""
    first = Again(np.random.default_rng(seed))
    samples = [p.samples(first)]
    samples += [p.samples(Again(np.random.default_rng([seed, k]), first.drawn)) for k in range(1, SIZE)]
    args, params = samples[0]
    shapes = [[(np.shape(a), np.asarray(a).dtype) for a in args] for args, _ in samples]
    if any(s != shapes[0] for s in shapes) or any(repr(q) != repr(params) for _, q in samples):
        return [args] * SIZE, params
    return [args for args, _ in samples], params


def subsets(n: int):
    """Sets of places among n arguments: all for up to three, else single ones, pairs with the first, and all."""
    chosen = [c for k in range(1, n + 1) for c in combinations(range(n), k)]
    return chosen if n <= 3 else [c for c in chosen if len(c) in (1, n) or (len(c) == 2 and c[0] == 0)]


def results(p, args, params):
    out = p.fn(*args, **params)
    return out if p.outputs > 1 else (out,)


@pytest.mark.parametrize("name", SAMPLED)
def test_primitive_on_a_batch_is_the_stack_of_its_examples(name):
    p = SAMPLED[name]
    for seed in range(2):
        samples, params = examples(p, crc32(name.encode()) + seed)
        for places in subsets(len(samples[0])):
            with np.errstate(all="ignore"):  # arguments of different samples need not belong together
                check(p, samples, params, places)


def check(p, samples, params, places):
    given = [
        np.stack([s[i] for s in samples]) if i in places else np.asarray(samples[0][i]) for i in range(len(samples[0]))
    ]
    axes = tuple(0 if i in places else None for i in range(len(given)))
    floating = [i for i, a in enumerate(given) if is_differentiable(a.dtype)]

    def whole(args):
        return autograd.vmap(lambda *xs: tuple(results(p, xs, params)), axes)(*args)

    def one_by_one(args):
        rows = [results(p, [a[k] if i in places else a for i, a in enumerate(args)], params) for k in range(SIZE)]
        return tuple(autograd.stack(column) for column in zip(*rows, strict=True))

    def of_floating(function):
        def called(*xs):
            args = list(given)
            for i, x in zip(floating, xs, strict=True):
                args[i] = x
            return function(args)

        return called

    try:
        want = one_by_one([autograd.tensor(g) for g in given])
    except ValueError:  # results of different shapes cannot be stacked
        with pytest.raises((ValueError, TypeError), match="vmap"):
            whole(given)
        return
    try:
        got = whole([autograd.tensor(g) for g in given])
    except autograd.batching.values.ValuesAskedError:
        assert p.name in ("join_keys", "index_at", "scatter_at", "put_at", "last_writes")
        return
    for g, w in zip(got, want, strict=True):
        assert (g.shape, g.dtype) == (w.shape, w.dtype)
        np.testing.assert_allclose(g.data, w.data, 1e-12, 1e-12)
    if not floating or not p.differentiable or not any(is_differentiable(w.dtype) for w in want):
        return
    rng = np.random.default_rng(0)
    points = [given[i] for i in floating]
    weights = tuple(rng.standard_normal(w.shape) if is_differentiable(w.dtype) else np.zeros(w.shape) for w in want)
    (_, pull), (_, pull_each) = (autograd.vjp(of_floating(f), *points) for f in (whole, one_by_one))
    for g, w in zip(pull(weights), pull_each(weights), strict=True):
        np.testing.assert_allclose(g, w, 1e-9, 1e-9)
    directions = [rng.standard_normal(x.shape) for x in points]
    (_, pushed), (_, pushed_each) = (autograd.jvp(of_floating(f), points, directions) for f in (whole, one_by_one))
    for g, w in zip(pushed, pushed_each, strict=True):
        np.testing.assert_allclose(g, w, 1e-9, 1e-9)


def test_common_primitives_have_a_rule():
    common = set(re.findall(r"from autograd\.ops\.(\w+) import", inspect.getsource(autograd.ops)))
    found = {n for n, p in registry.items() if p.args and rule_of(p) is loop and p.module.split(".")[-1] in common}
    assert found == BY_EXAMPLE, "give a new primitive a rule in autograd/batching/rules.py, or list it above"


def test_rules_are_of_known_primitives():
    assert set(RULES) <= set(registry)
