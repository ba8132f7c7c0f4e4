"""Code: the small generator that every native kernel is written with.

It writes one function of the kernels' common form `(args, part, parts, scratch)`: operands come in as addresses, work
is split by `share`, temporaries live in `scratch`. Vectors are explicit: a load of `lanes` elements gives a vector.

    code = Code("double")
    x, y = code.operand(0, np.float32), code.operand(1, np.float32)
    with code.loop(0, 1024, 16) as i:
        code.store(code.load(x + i, 16) * 2.0, y + i)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from llvmlite import ir

from autograd.kernels.native.host import Host, host
from autograd.kernels.native.values import F32, F64, I1, I8, I32, I64, PTR, VOID, Pointer, Value, constant, type_of

Index = int | Value
Mask = int | Value | None
ALIGNMENT = 64
WORTH_SHARING = 10_000  # nanoseconds of work that a second thread is worth waking for


class Loop:
    """A loop being written: its index, and the values it carries from turn to turn.

    Set `carried` in the body to the values for the next turn; after the loop it holds the last ones.
    """

    __slots__ = ("carried", "index")

    def __init__(self, index: Value, carried: list[Value]) -> None:
        self.index, self.carried = index, carried


class Code:
    """One native function while it is written."""

    def __init__(self, name: str, machine: Host | None = None) -> None:
        self.host = machine or host()
        self.module = ir.Module(name=name)
        kind = ir.FunctionType(VOID, [PTR, I64, I64, PTR])
        self.function = ir.Function(self.module, kind, name=name)
        self.function.attributes.add("nounwind")
        self.function.attributes.alignstack = ALIGNMENT  # so that what registers cannot hold is read in one piece
        self.builder = ir.IRBuilder(self.function.append_basic_block("entry"))
        self.part, self.parts = Value(self, self.function.args[1]), Value(self, self.function.args[2])
        self.scratch_bytes = 0
        self.splits = False
        self._intrinsics: dict[str, ir.Function] = {}

    # --- operands and temporaries ------------------------------------------------------------------------------------

    def operand(self, position: int, dtype: Any) -> Pointer:
        """The operand at a position of `args`, taken as elements of `dtype`."""
        place = self.builder.gep(self.function.args[0], [constant(I64, position)], source_etype=PTR)
        return Pointer(self, self.builder.load(place, typ=PTR), dtype)

    def number(self, position: int, dtype: Any = np.int64) -> Value:
        """The single number that an operand points to, such as a batch size or a learning rate."""
        return self.load(self.operand(position, dtype))

    def scratch(self, count: int, dtype: Any) -> Pointer:
        """Room for `count` elements, aligned to 64 bytes, this thread's own; its contents are undefined at first."""
        start = self.scratch_bytes
        self.scratch_bytes = start + -(-count * np.dtype(dtype).itemsize // ALIGNMENT) * ALIGNMENT
        place = self.builder.gep(self.function.args[3], [constant(I64, start)], source_etype=I8)
        return Pointer(self, place, dtype)

    def share(self, count: Index, step: int = 1, cost: float | None = None) -> tuple[Index, Index]:
        """The range (start, stop) of `count` turns that this part does, cut at multiples of `step`.

        With `cost`, roughly the nanoseconds that a turn takes, work that is too little to be divided is not.
        """
        if cost is not None and isinstance(count, int) and count * cost < WORTH_SHARING:
            return 0, count
        self.splits = True
        steps = (count + (step - 1)) // step
        start, stop = self.part * steps // self.parts, (self.part + 1) * steps // self.parts
        return start * step, self.minimum(stop * step, count)

    # --- integers ----------------------------------------------------------------------------------------------------

    def index(self, value: Index) -> Value:
        """An index as a run-time value."""
        return value if isinstance(value, Value) else Value(self, constant(I64, value))

    def minimum(self, a: Index, b: Index) -> Index:
        """The smaller of two indices."""
        if isinstance(a, int) and isinstance(b, int):
            return min(a, b)
        a, b = self.index(a), self.index(b)
        return self.where(a < b, a, b)

    def either(self, condition: Value, a: Pointer, b: Pointer) -> Pointer:
        """The one place where the condition, a single bit, holds, else the other."""
        return Pointer(self, self.builder.select(condition.ir, a.ir, b.ir), a.dtype)

    # --- memory ------------------------------------------------------------------------------------------------------

    def load(self, place: Pointer, lanes: int = 1, mask: Mask = None) -> Value:
        """One element, or a vector of `lanes` consecutive ones.

        `mask` is how many of the lanes to read, or a vector of bits; the other lanes are 0 and not touched in memory.
        """
        kind = type_of(place.dtype, lanes)
        if mask is None or (mask.__class__ is int and mask == lanes):
            return Value(self, self.builder.load(place.ir, align=place.dtype.itemsize, typ=kind))
        if mask.__class__ is int and mask == 0:
            return Value(self, constant(kind, 0))
        name = f"llvm.masked.load.v{lanes}{_suffix(kind.element)}.p0"
        function = self._intrinsic(name, kind, [PTR, I32, ir.VectorType(I1, lanes), kind])
        arguments = [place.ir, constant(I32, place.dtype.itemsize), self.mask(mask, lanes).ir, constant(kind, 0)]
        return Value(self, self.builder.call(function, arguments))

    def store(self, value: Value, place: Pointer, mask: Mask = None) -> None:
        """Write a number or a vector; `mask` as in `load`."""
        lanes, kind = value.lanes, value.type
        if type_of(place.dtype) != value.element:
            raise TypeError(f"generated code stores {value.element} into memory of {place.dtype}")
        if mask is None or (mask.__class__ is int and mask == lanes):
            self.builder.store(value.ir, place.ir, align=place.dtype.itemsize)
        elif mask.__class__ is not int or mask != 0:
            name = f"llvm.masked.store.v{lanes}{_suffix(kind.element)}.p0"
            function = self._intrinsic(name, VOID, [kind, PTR, I32, ir.VectorType(I1, lanes)])
            where = constant(I32, place.dtype.itemsize)
            self.builder.call(function, [value.ir, place.ir, where, self.mask(mask, lanes).ir])

    def mask(self, count: Any, lanes: int) -> Value:
        """Bits that are set in the first `count` of `lanes` lanes; bits are returned as they are."""
        if isinstance(count, int):
            return Value(self, ir.Constant(ir.VectorType(I1, lanes), [int(k < count) for k in range(lanes)]))
        if count.element == I1:
            return count
        return self.iota(lanes, I64) < self.splat(count, lanes)

    def gather(self, place: Pointer, offsets: Value, mask: Mask = None) -> Value:
        """The elements at a vector of offsets (int64 or int32)."""
        lanes, element = offsets.lanes, type_of(place.dtype)
        kind, places = ir.VectorType(element, lanes), ir.VectorType(PTR, lanes)
        # llvmlite cannot say a gep with a vector of indices, so the addresses are computed as integers.
        bytes_ = self.convert(offsets, I64) * place.dtype.itemsize
        base = self.splat(Value(self, self.builder.ptrtoint(place.ir, I64)), lanes)
        addresses = self.builder.inttoptr((base + bytes_).ir, places)
        function = self._intrinsic(
            f"llvm.masked.gather.v{lanes}{_suffix(element)}.v{lanes}p0",
            kind,
            [places, I32, ir.VectorType(I1, lanes), kind],
        )
        bits = self.mask(lanes if mask is None else mask, lanes).ir
        arguments = [addresses, constant(I32, place.dtype.itemsize), bits, constant(kind, 0)]
        return Value(self, self.builder.call(function, arguments))

    # --- vectors -----------------------------------------------------------------------------------------------------

    def constant(self, number: float, dtype: Any, lanes: int = 1) -> Value:
        """A number, or a vector with it in every lane."""
        return Value(self, constant(type_of(dtype, lanes), number))

    def zeros(self, dtype: Any, lanes: int = 1) -> Value:
        """0 in every lane."""
        return self.constant(0, dtype, lanes)

    def splat(self, value: Value, lanes: int) -> Value:
        """A vector with `value` in every lane."""
        if lanes == 1:
            return value
        undefined = ir.Constant(ir.VectorType(value.type, lanes), ir.Undefined)
        first = self.builder.insert_element(undefined, value.ir, constant(I32, 0))
        return Value(self, self.builder.shuffle_vector(first, undefined, constant(ir.VectorType(I32, lanes), 0)))

    def iota(self, lanes: int, kind: ir.Type = I32) -> Value:
        """0, 1, 2, … in the lanes."""
        return Value(self, ir.Constant(ir.VectorType(kind, lanes), list(range(lanes))))

    def shuffle(self, a: Value, b: Value, lanes: Sequence[int]) -> Value:
        """A vector of picked lanes: k stands for lane k of a, or of b from its length on."""
        pattern = ir.Constant(ir.VectorType(I32, len(lanes)), list(lanes))
        return Value(self, self.builder.shuffle_vector(a.ir, b.ir, pattern))

    def lane(self, vector: Value, k: int) -> Value:
        """One lane as a number."""
        if not isinstance(vector.type, ir.VectorType):
            return vector
        return Value(self, self.builder.extract_element(vector.ir, constant(I32, k)))

    def convert(self, value: Value, element: ir.Type) -> Value:
        """Each lane as a number of another type; floats to integers round towards 0, masks become 0 and 1."""
        if value.element == element:
            return value
        target = element if value.lanes == 1 else ir.VectorType(element, value.lanes)
        b = self.builder
        if value.floating:
            if element in (F32, F64):
                operation = b.fpext if element == F64 else b.fptrunc
            else:
                operation = b.fptosi
        elif element in (F32, F64):
            operation = b.uitofp if value.element == I1 else b.sitofp
        elif value.element == I1:
            operation = b.zext
        else:
            operation = b.sext if element.width > value.element.width else b.trunc
        return Value(self, operation(value.ir, target))

    def bits(self, value: Value, element: ir.Type) -> Value:
        """The same bits taken as another type of the same width."""
        target = element if value.lanes == 1 else ir.VectorType(element, value.lanes)
        return Value(self, self.builder.bitcast(value.ir, target))

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """a · b + c, with one rounding where the CPU can."""
        return self._call("fmuladd", a, a.like(b), a.like(c))

    def where(self, condition: Value, a: Any, b: Any) -> Value:
        """a where the condition holds, else b; one of them may be a Python number."""
        a = a if isinstance(a, Value) else b.like(a)
        return Value(self, self.builder.select(condition.ir, a.ir, a.like(b).ir))

    def maximum(self, a: Value, b: Any) -> Value:
        """The larger; NaN where either is NaN, as in NumPy."""
        b = a.like(b)
        larger = self.where(a > b, a, b)  # b where either is NaN
        return self.where(a.ne(a), a, larger)

    def minimum_of(self, a: Value, b: Any) -> Value:
        """The smaller; NaN where either is NaN."""
        b = a.like(b)
        smaller = self.where(a < b, a, b)
        return self.where(a.ne(a), a, smaller)

    def relu(self, x: Value) -> Value:
        """The larger of 0 and x, NaN where x is NaN: a single instruction."""
        zero = x.like(0)
        return self.where(zero > x, zero, x)

    def sqrt(self, x: Value) -> Value:
        """Square root."""
        return self._call("sqrt", x)

    def abs(self, x: Value) -> Value:
        """Absolute value of floats."""
        return self._call("fabs", x)

    def floor(self, x: Value) -> Value:
        """Next integer below, as a float."""
        return self._call("floor", x)

    def rint(self, x: Value) -> Value:
        """Nearest integer, as a float; halves go to the even one."""
        return self._call("rint", x)

    def copysign(self, size: Value, sign: Value) -> Value:
        """The size of one and the sign of the other."""
        return self._call("copysign", size, sign)

    def sum_lanes(self, vector: Value) -> Value:
        """The sum of the lanes, in pairs."""
        if vector.lanes == 1:
            return vector
        name = f"llvm.vector.reduce.fadd.v{vector.lanes}{_suffix(vector.element)}"
        function = self._intrinsic(name, vector.element, [vector.element, vector.type])
        start = constant(vector.element, -0.0)
        return Value(self, self.builder.call(function, [start, vector.ir], fastmath=("reassoc",)))

    def max_lanes(self, vector: Value) -> Value:
        """The largest lane; NaN if any is NaN."""
        return self._fold_lanes(vector, self.maximum)

    def min_lanes(self, vector: Value) -> Value:
        """The smallest lane; NaN if any is NaN."""
        return self._fold_lanes(vector, self.minimum_of)

    def _fold_lanes(self, vector: Value, operation: Any) -> Value:
        lanes = vector.lanes
        while lanes > 1:
            lanes //= 2
            low = self.shuffle(vector, vector, range(lanes))
            high = self.shuffle(vector, vector, range(lanes, 2 * lanes))
            vector = operation(low, high)
        return self.lane(vector, 0)

    # --- control -----------------------------------------------------------------------------------------------------

    @contextmanager
    def loop(self, start: Index, stop: Index, step: Index = 1) -> Iterator[Value]:
        """for i in range(start, stop, step), with a step above 0."""
        with self.carrying(start, stop, [], step) as loop:
            yield loop.index

    @contextmanager
    def carrying(self, start: Index, stop: Index, values: Sequence[Value], step: Index = 1) -> Iterator[Loop]:
        """A loop that carries values from turn to turn; see `Loop`."""
        builder, before = self.builder, self.builder.block
        body, after = (self.function.append_basic_block(n) for n in ("loop", "after"))
        known = isinstance(start, int) and isinstance(stop, int)
        first, last = self.index(start), self.index(stop)
        enters = known and start < stop
        if enters:
            builder.branch(body)
        else:
            builder.cbranch((first < last).ir, body, after)
        builder.position_at_end(body)
        index = builder.phi(I64)
        index.add_incoming(first.ir, before)
        phis = [builder.phi(v.type) for v in values]
        for phi, value in zip(phis, values):
            phi.add_incoming(value.ir, before)
        loop = Loop(Value(self, index), [Value(self, phi) for phi in phis])
        yield loop
        end = builder.block
        following = Value(self, index) + step
        builder.cbranch((following < last).ir, body, after)
        index.add_incoming(following.ir, end)
        if len(loop.carried) != len(phis):
            raise ValueError(f"a loop carries {len(phis)} values, its body left {len(loop.carried)}")
        for phi, value in zip(phis, loop.carried):
            phi.add_incoming(value.ir, end)
        builder.position_at_end(after)
        if not enters:
            results = []
            for value, initial in zip(loop.carried, values):
                phi = builder.phi(initial.type)
                phi.add_incoming(value.ir, end)
                phi.add_incoming(initial.ir, before)
                results.append(Value(self, phi))
            loop.carried = results

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """The body runs only if the condition, a single bit, holds."""
        body, after = (self.function.append_basic_block(n) for n in ("when", "after"))
        self.builder.cbranch(condition.ir, body, after)
        self.builder.position_at_end(body)
        yield
        self.builder.branch(after)
        self.builder.position_at_end(after)

    def vectors(self, count: Index, lanes: int, start: Index = 0) -> Iterator[tuple[Index, Mask]]:
        """Cover `count` elements with vectors: yields (offset, mask) twice at most, for the full ones and for the rest.

        Use as `for i, mask in code.vectors(n, lanes): …`; the body is written once inside a loop over the full vectors
        (mask None) and once for the masked tail.
        """
        full = count // lanes * lanes
        if not isinstance(full, int) or full > 0:
            if isinstance(full, int) and full == lanes:
                yield start, None
            else:
                with self.loop(0, full, lanes) as i:
                    yield start + i, None
        rest = count - full
        if isinstance(rest, int):
            if rest:
                yield start + full, rest
        else:
            with self.when(rest > 0):
                yield start + full, self.mask(rest, lanes)

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _call(self, name: str, *operands: Value) -> Value:
        """An LLVM intrinsic on operands of one type, with a result of that type."""
        kind = operands[0].type
        lanes = f"v{operands[0].lanes}" if operands[0].lanes > 1 else ""
        function = self._intrinsic(f"llvm.{name}.{lanes}{_suffix(operands[0].element)}", kind, [kind] * len(operands))
        return Value(self, self.builder.call(function, [v.ir for v in operands]))

    def _intrinsic(self, name: str, result: ir.Type, arguments: list[ir.Type]) -> ir.Function:
        known = self._intrinsics.get(name)
        if known is None:
            known = self._intrinsics[name] = ir.Function(self.module, ir.FunctionType(result, arguments), name=name)
        return known


def _suffix(element: ir.Type) -> str:
    return {F32: "f32", F64: "f64", I1: "i1"}.get(element) or f"i{element.width}"
