"""Expressions as text, "relu(w*x + b)": read with `ast` against a list of what is allowed, and never handed to eval."""

from __future__ import annotations

import ast
import difflib
import inspect
import math
import operator
import warnings
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, NoReturn

import numpy as np

import autograd.ops
from autograd.tensor import Tensor, wrap

__all__ = ["Expression", "ExpressionError"]

LONGEST = 5_000
"""Longer texts are refused."""
DEEPEST = 150
"""Nesting beyond this is refused."""
LARGEST_INT = 1_000
"""Whole numbers above it are floating ones, so that no argument asks for an enormous array."""
_CONSTANTS = {"pi": math.pi, "e": math.e}
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}
_LEFT_OUT = frozenset({"creation", "random", "vectorizing", "sliding", "indexing", "choosing", "grids"})
"""Files of operations that take functions, sizes or strides, or draw at random."""
_REFUSED: dict[type[ast.AST], str] = {
    ast.Attribute: "attributes such as x.T are not allowed; call a function: transpose(x), sum(x)",
    ast.Subscript: "subscripts such as x[0] are not allowed; give the parts as variables of their own",
    ast.Lambda: "lambda is not allowed; an expression computes numbers",
    ast.Compare: "comparisons have no derivative and are not allowed; use relu, maximum, minimum or clip",
    ast.BoolOp: "and/or are not allowed in an expression of numbers",
    ast.IfExp: "if/else is not allowed; use relu, maximum, minimum or clip",
    ast.Import: "import is not allowed; autograd's functions are called by name: relu(x), log(x)",
    ast.ImportFrom: "import is not allowed; autograd's functions are called by name: relu(x), log(x)",
    ast.Starred: "*arguments are not allowed",
    ast.NamedExpr: "':=' is not allowed; name a value by a line of its own: u = w*x; relu(u)",
    ast.JoinedStr: "strings are not allowed in an expression of numbers",
}
_OPERATOR_HINTS: dict[type[ast.AST], str] = {
    ast.BitXor: "'^' is not allowed; a power is written x**2",
    ast.Mod: "'%' is not allowed; call remainder(x, y)",
    ast.FloorDiv: "'//' is not allowed; call floor_divide(x, y)",
}
_LETTERS = "uvzstrqpkm"
"""Names for the results of the operations inside, in this order, as far as they are free."""


class ExpressionError(ValueError):
    """An expression that cannot be read or computed; the message shows the place with a caret.

    >>> from autograd.visualize import Expression
    >>> Expression("1 + rleu(x)")
    Traceback (most recent call last):
        ...
    autograd.visualize.expressions.ExpressionError: unknown function rleu (did you mean relu or relu6 or lu?)
      1 + rleu(x)
          ^
    """


class Expression:
    """A function of named numbers and arrays, written as text.

    Allowed are numbers, names, + - * / ** @, parentheses, lists (arrays), tuples, calls of autograd's functions by
    their names with keyword arguments ("softmax(x, axis=0)"), the constants pi and e, and named values before the last
    one, divided by semicolons or line ends: "u = w*x; v = u + b; relu(v)". Everything else is refused; nothing is ever
    handed to eval. `variables` are the names without a value, in order of appearance; calling gives them by position.
    Names in `given` are variables even if a constant is called so.

    After a call `names` holds what was computed, by name: a single call or operation is named u, v, …, the result a.

    Raises ExpressionError, a ValueError, with the place marked, for what is not allowed and for unknown functions.

    >>> from autograd.visualize.expressions import Expression
    >>> neuron = Expression("relu(w*x + b)")
    >>> neuron.variables
    ('w', 'x', 'b')
    >>> float(neuron(2.0, 3.0, 1.0))
    7.0
    >>> Expression("relu(w*x + b")
    Traceback (most recent call last):
        ...
    autograd.visualize.expressions.ExpressionError: '(' was never closed
      relu(w*x + b
          ^
    """

    def __init__(self, text: str, given: Iterable[str] = ()) -> None:
        self.text = text.strip()
        self._constants = {name: value for name, value in _CONSTANTS.items() if name not in given}
        self.names: dict[str, Any] = {}
        self._functions: dict[str, Callable[..., Any]] = {}
        self._statements = self._read()
        found: dict[str, None] = {}
        defined: set[str] = set()
        for name, node in self._statements:
            self._check(node, found, defined, 0)
            if name:
                defined.add(name)
        self.variables = tuple(found)
        self.__name__ = self.text
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in self.variables])
        self._letters = self._free_letters(defined)

    def __call__(self, *values: Any) -> Any:
        """The value of the expression for these values of its `variables`, in their order."""
        if len(values) != len(self.variables):
            raise TypeError(f"{self.text} has the variables {', '.join(self.variables)}; got {len(values)} values")
        known: dict[str, Any] = dict(zip(self.variables, values))
        self.names.clear()
        letters = iter(self._letters)
        result: Any = None
        with np.errstate(all="ignore"):
            for name, node in self._statements:
                result = self._value(node, known, letters, name)
                known[name] = result
                self.names.setdefault(name, result)
        return result

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def arguments(self, given: Mapping[str, Any]) -> list[Any]:
        """The values of the variables in their order; ExpressionError if one is missing or does not occur."""
        if not self.variables:
            raise ExpressionError(f"{self.text} has no variable, so there is nothing to differentiate by")
        missing = [name for name in self.variables if name not in given]
        if missing:
            raise ExpressionError(
                f"no value for {', '.join(missing)}; give {'it' if len(missing) == 1 else 'them'} as "
                f"{' '.join(f'{name}=…' for name in missing)}"
            )
        unused = [name for name in given if name not in self.variables]
        if unused:
            hint = _similar(unused[0], self.variables)
            raise ExpressionError(f"{unused[0]} does not occur in {self.text}{hint}")
        return [given[name] for name in self.variables]

    # --- reading ----------------------------------------------------------------------------------------------------

    def _read(self) -> list[tuple[str, ast.expr]]:
        if not self.text:
            raise ExpressionError("the expression is empty")
        if len(self.text) > LONGEST:
            raise ExpressionError(f"an expression of {len(self.text):,} characters is too long to explain")
        try:
            with warnings.catch_warnings(action="ignore"):
                body = ast.parse(self.text).body
        except SyntaxError as error:
            self._fail(error.msg, error.lineno or 1, (error.offset or 1) - 1)
        except (ValueError, RecursionError, MemoryError) as error:
            raise ExpressionError(f"the expression cannot be read: {error}") from None
        statements: list[tuple[str, ast.expr]] = []
        for k, statement in enumerate(body):
            last = k == len(body) - 1
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if not isinstance(target, ast.Name) or target.id.startswith("_"):
                    self._refuse(target, "only a plain name can be given to a value: u = w*x")
                statements.append((target.id, statement.value))
            elif isinstance(statement, ast.Expr) and last:
                statements.append(("", statement.value))
            elif isinstance(statement, ast.Expr):
                self._refuse(statement, "a value before the last one needs a name: u = w*x; relu(u)")
            else:
                self._refuse(statement, _REFUSED.get(type(statement), "statements are not allowed in an expression"))
        taken = {n.id for n in ast.walk(ast.Module(body, [])) if isinstance(n, ast.Name)}
        name, node = statements[-1]
        statements[-1] = (name or next(n for n in ("a", "L", "out", "result_") if n not in taken), node)
        return statements

    def _check(self, node: ast.AST, found: dict[str, None], defined: set[str], depth: int) -> None:
        """Refuse what is not allowed; note the variables and look up the functions."""
        if depth > DEEPEST:
            self._refuse(node, "the expression is nested too deeply")
        parts: Iterable[ast.AST] = ()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, bytes) or node.value is ...:
                self._refuse(node, "only numbers are allowed")
            if isinstance(node.value, str):
                self._refuse(node, "a string is allowed only as an argument of a function")
        elif isinstance(node, ast.Name):
            if node.id.startswith("_"):
                self._refuse(node, f"{node.id} is not allowed: names do not begin with an underscore")
            if node.id not in defined and node.id not in self._constants:
                found[node.id] = None
        elif isinstance(node, ast.BinOp):
            if type(node.op) not in _OPERATORS:
                self._refuse(node, _OPERATOR_HINTS.get(type(node.op), "this operator is not allowed; use + - * / ** @"))
            parts = (node.left, node.right)
        elif isinstance(node, ast.UnaryOp):
            if not isinstance(node.op, ast.USub | ast.UAdd):
                self._refuse(node, "only + and - are allowed before a value")
            parts = (node.operand,)
        elif isinstance(node, ast.List | ast.Tuple):
            parts = node.elts
        elif isinstance(node, ast.Call):
            parts = self._check_call(node)
        else:
            self._refuse(node, _REFUSED.get(type(node), "only numbers, names, + - * / ** @ and calls are allowed"))
        for part in parts:
            if not (isinstance(node, ast.Call) and isinstance(part, ast.Constant) and isinstance(part.value, str)):
                self._check(part, found, defined, depth + 1)

    def _check_call(self, node: ast.Call) -> list[ast.expr]:
        if not isinstance(node.func, ast.Name):
            self._refuse(node.func, _REFUSED.get(type(node.func), "only autograd's functions can be called, by name"))
        name = node.func.id
        if name not in self._functions:
            function = _function(name)
            if function is None:
                self._refuse(node.func, f"unknown function {name}{_similar(name, _function_names())}")
            self._functions[name] = function
        for keyword in node.keywords:
            if keyword.arg is None:
                self._refuse(keyword.value, "**arguments are not allowed")
        return [*node.args, *(keyword.value for keyword in node.keywords)]

    def _free_letters(self, defined: set[str]) -> list[str]:
        """Names for what is computed on the way; none if there are more results than letters."""
        inner = sum(isinstance(n, ast.Call | ast.BinOp) for _, root in self._statements for n in ast.walk(root))
        free = [c for c in _LETTERS if c not in self.variables and c not in defined]
        return free if inner - len(self._statements) <= len(free) else []

    # --- computing --------------------------------------------------------------------------------------------------

    def _value(self, node: ast.expr, known: dict[str, Any], letters: Any, name: str = "") -> Any:
        if isinstance(node, ast.Constant):
            value = node.value
            return float(value) if type(value) is int and abs(value) > LARGEST_INT else value
        if isinstance(node, ast.Name):
            return known[node.id] if node.id in known else self._constants[node.id]
        if isinstance(node, ast.Tuple):
            return tuple(self._value(part, known, letters) for part in node.elts)
        if isinstance(node, ast.List):
            return self._array(node, [self._value(part, known, letters) for part in node.elts])
        if isinstance(node, ast.UnaryOp):
            value = self._value(node.operand, known, letters)
            return self._tried(node, operator.neg if isinstance(node.op, ast.USub) else operator.pos, value)
        if isinstance(node, ast.BinOp):
            left, right = (_floating(self._value(part, known, letters)) for part in (node.left, node.right))
            result = self._tried(node, _OPERATORS[type(node.op)], left, right)
        else:
            assert isinstance(node, ast.Call)
            assert isinstance(node.func, ast.Name)
            arguments = [self._value(part, known, letters) for part in node.args]
            keywords = {k.arg: self._value(k.value, known, letters) for k in node.keywords if k.arg}
            result = self._tried(node, self._functions[node.func.id], *arguments, **keywords)
        if not name and isinstance(result, Tensor) and result._node is not None:
            letter = next(letters, None)
            if letter is not None:
                self.names[letter] = result
        return result

    def _array(self, node: ast.List, parts: list[Any]) -> Any:
        """A list of numbers as an array, one of results as their stack."""
        if any(isinstance(part, Tensor) for part in parts):
            return self._tried(node, lambda: autograd.ops.stack([_tensor(part) for part in parts]))
        return self._tried(node, lambda: _numbers(parts))

    def _tried(self, node: ast.expr, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except OverflowError:
            self._refuse(node, "a number becomes too large")
        except ZeroDivisionError:
            self._refuse(node, "division by zero")
        except MemoryError:
            self._refuse(node, "this needs more memory than there is")
        except Exception as error:  # noqa: BLE001 (what a call says is wrong is told with its place)
            self._refuse(node, str(error) or type(error).__name__)

    # --- errors -----------------------------------------------------------------------------------------------------

    def _refuse(self, node: ast.AST, message: str) -> NoReturn:
        line = getattr(node, "lineno", 1)
        text = self.text.split("\n")[line - 1].encode()
        self._fail(message, line, len(text[: getattr(node, "col_offset", 0)].decode(errors="replace")))

    def _fail(self, message: str, line: int, column: int) -> NoReturn:
        """Raise with the line and a caret under the place; of a long line, what is around it."""
        lines = self.text.split("\n")
        text = lines[min(line, len(lines)) - 1]
        start = max(0, column - 60)
        shown = ("…" if start else "") + text[start : start + 76]
        caret = " " * (column - start + bool(start)) + "^"
        raise ExpressionError(f"{message}\n  {shown}\n  {caret}") from None


def number_or_array(text: str) -> Any:
    """The value of an assignment on the command line: a number or a nested list of numbers, as floating-point.

    >>> from autograd.visualize.expressions import number_or_array
    >>> number_or_array("-2.5"), number_or_array("[[1, 2], [3, 4]]").shape
    (-2.5, (2, 2))
    """
    try:
        if len(text) > 1_000_000:
            raise ValueError
        value = ast.literal_eval(text.strip())
        array = _numbers(value)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError, OverflowError):
        shown = text if len(text) <= 40 else text[:37] + "…"
        raise ExpressionError(f"wanted a number or a list of numbers such as [1, 2], got {shown!r}") from None
    return float(array) if array.ndim == 0 else array


def _numbers(value: Any) -> np.ndarray:
    array = np.array(value)
    if array.dtype.kind not in "iuf":
        raise ValueError("a list must hold numbers, in rows of equal length")
    return array.astype(np.float64)


def _floating(value: Any) -> Any:
    """Whole numbers as floating ones: powers of them overflow instead of growing without end."""
    return float(value) if type(value) is int else value


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else wrap(np.asarray(value, np.float64))


def _function(name: str) -> Callable[..., Any] | None:
    """A differentiable function of arrays by its name; None if there is none or it is not for expressions."""
    if name.startswith("_"):
        return None
    for place in ("autograd.ops", "autograd.linalg", "autograd.special"):
        try:
            module = import_module(place)
            function = getattr(module, name)
        except (AttributeError, ImportError):
            continue
        if place != "autograd.ops" and name not in module.__all__:
            continue
        home = getattr(function, "__module__", "")
        if not callable(function) or isinstance(function, type) or home.rpartition(".")[2] in _LEFT_OUT:
            continue
        if home.startswith("autograd."):
            return function  # type: ignore[no-any-return]
    return None


def _function_names() -> list[str]:
    names = {*dir(autograd.ops), *import_module("autograd.linalg").__all__}
    return sorted(n for n in names if not n.startswith("_") and _function(n) is not None)


def _similar(name: str, names: Iterable[str]) -> str:
    matches = difflib.get_close_matches(name, list(names), n=3)
    return f" (did you mean {' or '.join(matches)}?)" if matches else ""
