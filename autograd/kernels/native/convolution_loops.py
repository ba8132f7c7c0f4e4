"""Loops and loads that the convolution kernels have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.values import Pointer, Value

Values = list[Value]


def load_spaced(code: Code, place: Pointer, stride: int, lanes: int, mask: int) -> Value:
    """A vector of elements `stride` apart."""
    if stride == 1:
        return code.load(place, lanes, mask)
    return code.gather(place, code.iota(lanes) * stride, mask)


def spans(code: Code, count: Index, size: int) -> Iterator[tuple[Index, int]]:
    """Cut `count` positions into spans of `size` and a shorter rest, which needs a constant count unless size is 1."""
    full = count // size
    if isinstance(full, int) and full == 1:
        yield 0, size
    elif not isinstance(full, int) or full:
        with code.loop(0, full) as k:
            yield k * size, size
    rest = count % size
    if rest:
        yield full * size, rest


@contextmanager
def nest(code: Code, counts: Sequence[Index]) -> Iterator[list[Index]]:
    """Loops inside one another: `with nest(code, counts) as indices`; a count of 1 needs no loop."""
    with ExitStack() as loops:
        yield [0 if n.__class__ is int and n == 1 else loops.enter_context(code.loop(0, n)) for n in counts]


def reduce(
    code: Code,
    counts: Sequence[Index],
    sums: Values,
    body: Callable[[Sequence[Index], Values], Values],
    indices: tuple[Index, ...] = (),
) -> Values:
    """Loops inside one another that carry sums; a count of 1 needs no loop."""
    if len(indices) == len(counts):
        return body(indices, sums)
    count = counts[len(indices)]
    if count.__class__ is int and count == 1:
        return reduce(code, counts, sums, body, (*indices, 0))
    with code.carrying(0, count, sums) as loop:
        loop.carried = reduce(code, counts, loop.carried, body, (*indices, loop.index))
    return loop.carried


def cuts(count: int, size: int) -> list[tuple[int, int]]:
    """(size, how often) of the pieces of at most `size` that make up `count`."""
    return [cut for cut in ((size, count // size), (count % size, 1)) if cut[0] and cut[1]]


def interwoven(code: Code, vectors: Sequence[Value]) -> list[Value]:
    """The first lanes of all vectors, then the second ones, and so on, as as many vectors."""
    count, lanes = len(vectors), vectors[0].lanes
    places = [p % count * lanes + p // count for p in range(count * lanes)]
    return [_picked(code, vectors, places[k : k + lanes]) for k in range(0, count * lanes, lanes)]


def _picked(code: Code, vectors: Sequence[Value], places: Sequence[int]) -> Value:
    """A vector of picked lanes; places count through all vectors."""
    lanes = len(places)
    parts = []
    for k in range(0, len(vectors), 2):
        here = [n for n, p in enumerate(places) if p // lanes in (k, k + 1)]
        if here:
            pattern = [places[n] - k * lanes if n in here else 0 for n in range(lanes)]
            parts.append((set(here), code.shuffle(vectors[k], vectors[min(k + 1, len(vectors) - 1)], pattern)))
    (_, value), *others = parts
    for here_, other in others:
        value = code.shuffle(value, other, [lanes + n if n in here_ else n for n in range(lanes)])
    return value


def transposed(code: Code, square: Sequence[Value]) -> list[Value]:
    """The columns of a square of as many vectors as they have lanes, a power of two."""
    lanes, square, half = len(square), list(square), 1
    while half < lanes:
        low = [n + (n & half) * (lanes // half - 1) for n in range(lanes)]
        high = [n + half + (n & half) * (lanes // half - 1) for n in range(lanes)]
        for k in range(lanes):
            if not k & half:
                a, b = square[k], square[k + half]
                square[k], square[k + half] = code.shuffle(a, b, low), code.shuffle(a, b, high)
        half *= 2
    return square
