"""Run-time values of generated code, with operators, so that kernels read like formulas.

An index is a Python int where it is known when the code is generated, else a `Value`; the operators fold what is known,
so one text serves both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir

if TYPE_CHECKING:
    from autograd.kernels.native.code import Code

I1, I8, I16, I32, I64 = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))
F32, F64, PTR, VOID = ir.FloatType(), ir.DoubleType(), ir.PointerType(), ir.VoidType()
TYPES: dict[np.dtype[Any], ir.Type] = {
    np.dtype(np.float32): F32,
    np.dtype(np.float64): F64,
    np.dtype(np.int64): I64,
    np.dtype(np.int32): I32,
    np.dtype(np.bool_): I8,
    np.dtype(np.uint8): I8,
}
"""The LLVM type of each dtype that generated code can load and store."""


def type_of(dtype: Any, lanes: int = 1) -> ir.Type:
    """The LLVM type of one element of a dtype, or of a vector of them."""
    element = TYPES[np.dtype(dtype)]
    return element if lanes == 1 else ir.VectorType(element, lanes)


def constant(kind: ir.Type, number: Any) -> ir.Constant:
    """A constant of an LLVM type; of a vector type, in every lane."""
    if isinstance(kind, ir.VectorType):
        return ir.Constant(kind, [ir.Constant(kind.element, number)] * kind.count)
    return ir.Constant(kind, number)


class Value:
    """One value of the code being generated: a number or a vector of numbers, integers or floats.

    Arithmetic with Python numbers takes them as constants of this value's type. A number and a vector do not mix:
    say `code.splat`. Comparisons give masks: `<`, `<=`, `>`, `>=`, `.eq`, `.ne` are false for NaN (`.ne` is true).
    """

    __slots__ = ("code", "ir")

    def __init__(self, code: Code, value: ir.Value) -> None:
        self.code, self.ir = code, value

    @property
    def type(self) -> ir.Type:
        return self.ir.type

    @property
    def element(self) -> ir.Type:
        """The type of one lane."""
        return self.type.element if isinstance(self.type, ir.VectorType) else self.type

    @property
    def lanes(self) -> int:
        return self.type.count if isinstance(self.type, ir.VectorType) else 1

    @property
    def floating(self) -> bool:
        return self.element in (F32, F64)

    def like(self, other: Any) -> Value:
        """`other` as a value of this one's type."""
        if isinstance(other, Value):
            if other.type != self.type:
                raise TypeError(f"generated code mixes {self.type} with {other.type}; use splat or convert")
            return other
        return Value(self.code, constant(self.type, float(other) if self.floating else int(other)))

    def _with(self, operation: str, other: Any, swapped: bool = False) -> Value:
        other = self.like(other)
        a, b = (other, self) if swapped else (self, other)
        if self.floating:
            result = getattr(self.code.builder, "f" + operation)(a.ir, b.ir, flags=("contract",))
        else:
            result = getattr(self.code.builder, operation)(a.ir, b.ir)
        return Value(self.code, result)

    def __add__(self, other: Any) -> Value:
        if other.__class__ is int and other == 0:
            return self
        return self._with("add", other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Value:
        if other.__class__ is int and other == 0:
            return self
        return self._with("sub", other)

    def __rsub__(self, other: Any) -> Value:
        return self._with("sub", other, swapped=True)

    def __mul__(self, other: Any) -> Any:
        if other.__class__ is int and not self.floating and other in (0, 1):
            return self if other else 0
        return self._with("mul", other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Value:
        return self._with("div", other)

    def __rtruediv__(self, other: Any) -> Value:
        return self._with("div", other, swapped=True)

    def __floordiv__(self, other: Any) -> Value:
        """Quotient of integers that are not negative."""
        if other.__class__ is int and other == 1:
            return self
        return Value(self.code, self.code.builder.udiv(self.ir, self.like(other).ir))

    def __rfloordiv__(self, other: Any) -> Value:
        return self.like(other) // self

    def __mod__(self, other: Any) -> Any:
        """Remainder of integers that are not negative."""
        if other.__class__ is int and other == 1:
            return 0
        return Value(self.code, self.code.builder.urem(self.ir, self.like(other).ir))

    def __neg__(self) -> Value:
        builder = self.code.builder
        return Value(self.code, builder.fneg(self.ir) if self.floating else builder.neg(self.ir))

    def _compare(self, sign: str, other: Any) -> Value:
        builder, other = self.code.builder, self.like(other)
        compare = builder.fcmp_ordered if self.floating else builder.icmp_signed
        return Value(self.code, compare(sign, self.ir, other.ir))

    def __lt__(self, other: Any) -> Value:
        return self._compare("<", other)

    def __le__(self, other: Any) -> Value:
        return self._compare("<=", other)

    def __gt__(self, other: Any) -> Value:
        return self._compare(">", other)

    def __ge__(self, other: Any) -> Value:
        return self._compare(">=", other)

    def eq(self, other: Any) -> Value:
        """Whether equal."""
        return self._compare("==", other)

    def ne(self, other: Any) -> Value:
        """Whether not equal; true for NaN."""
        if self.floating:
            return Value(self.code, self.code.builder.fcmp_unordered("!=", self.ir, self.like(other).ir))
        return self._compare("!=", other)

    def __and__(self, other: Any) -> Value:
        return Value(self.code, self.code.builder.and_(self.ir, self.like(other).ir))

    def __or__(self, other: Any) -> Value:
        return Value(self.code, self.code.builder.or_(self.ir, self.like(other).ir))

    def __xor__(self, other: Any) -> Value:
        return Value(self.code, self.code.builder.xor(self.ir, self.like(other).ir))

    def __invert__(self) -> Value:
        return Value(self.code, self.code.builder.not_(self.ir))

    def __lshift__(self, other: Any) -> Value:
        return Value(self.code, self.code.builder.shl(self.ir, self.like(other).ir))

    def __rshift__(self, other: Any) -> Value:
        """Arithmetic shift to the right: the sign is kept."""
        return Value(self.code, self.code.builder.ashr(self.ir, self.like(other).ir))

    def __bool__(self) -> bool:
        raise TypeError(
            "a value of generated code is not known while the code is generated; use code.where or code.when"
        )

    __eq__ = None  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


class Pointer:
    """Where elements of one dtype lie; offsets count elements."""

    __slots__ = ("code", "dtype", "ir")

    def __init__(self, code: Code, value: ir.Value, dtype: Any) -> None:
        self.code, self.ir, self.dtype = code, value, np.dtype(dtype)

    def __add__(self, offset: Any) -> Pointer:
        """The place `offset` elements further on."""
        if offset.__class__ is int and offset == 0:
            return self
        index = constant(I64, offset) if isinstance(offset, int) else offset.ir
        moved = self.code.builder.gep(self.ir, [index], inbounds=True, source_etype=type_of(self.dtype))
        return Pointer(self.code, moved, self.dtype)

    def view(self, dtype: Any) -> Pointer:
        """The same place, taken as elements of another dtype."""
        return Pointer(self.code, self.ir, dtype)
