"""The `chalkgrad` command."""

from __future__ import annotations

import argparse
import sys
import time
import webbrowser
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn, TypeVar

N = TypeVar("N", int, float)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (0 done, 1 failed, 2 bad arguments, 130 interrupted)."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except KeyboardInterrupt:
        print("interrupted before anything was learned", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="chalkgrad", description="Automatic differentiation and neural networks on NumPy.")
    commands = parser.add_subparsers(required=True, metavar="command", parser_class=_Parser)
    train = commands.add_parser("train", help="train a network on a data set that comes along")
    data = train.add_subparsers(required=True, metavar="data", parser_class=_Parser)
    digits = data.add_parser(
        "digits",
        help="1,797 handwritten digits of 8×8 pixels",
        description="Train a network on 1,797 real handwritten digits and leave a report.",
    )
    digits.add_argument("--model", choices=("lenet", "mlp", "perceptron"), default="lenet", help="default: %(default)s")
    digits.add_argument("--epochs", type=_positive_int, help="passes over the digits (default: suits the model)")
    digits.add_argument("--lr", type=_positive_float, help="learning rate of Adam (default: suits the model)")
    digits.add_argument("--batch-size", type=_positive_int, default=32, help="default: %(default)s")
    digits.add_argument("--seed", type=_natural, default=0, help="the same seed gives the same result (default: 0)")
    digits.add_argument("--out", type=Path, default=Path("out"), help="folder for the report (default: %(default)s)")
    digits.set_defaults(run=_train_digits)
    explain = commands.add_parser(
        "explain",
        help="backpropagation through an expression, in words",
        description="Write how gradients flow back through an expression, with every number put in.",
        epilog=_EXAMPLE.format("explain"),
    )
    _add_expression(explain)
    explain.add_argument("--format", choices=("text", "markdown", "latex"), default="text", help="default: %(default)s")
    explain.set_defaults(run=_explain)
    explore = commands.add_parser(
        "explore",
        help="backpropagation through an expression, as a page to click through",
        description="Write a page on which one steps forward and backward through an expression.",
        epilog=_EXAMPLE.format("explore"),
    )
    _add_expression(explore)
    explore.add_argument("-o", "--output", type=Path, metavar="PAGE", help="where it is written (default: page.html)")
    explore.add_argument("--open", action="store_true", help="show it in the browser")
    explore.set_defaults(run=_explore)
    return parser


_EXAMPLE = (
    'Example: chalkgrad {} "relu(w*x + b)" w=2 x=3 b=1. Put -- before an expression that begins with a minus sign.'
)


def _add_expression(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("expression", help='such as "relu(w*x + b)", or "u = w*x; relu(u)" to name what is inside')
    parser.add_argument("values", nargs="*", metavar="name=value", help="a number or a list: w=2 W=[[1,2],[3,4]]")


def _explain(arguments: argparse.Namespace) -> int:
    from autograd.visualize import explain

    return _shown("explain", lambda: print(explain(*_expression(arguments), format=arguments.format)))


def _explore(arguments: argparse.Namespace) -> int:
    from autograd.visualize import explore

    def show() -> None:
        page = explore(*_expression(arguments))
        if arguments.open and arguments.output is None:
            print(page.open())
            return
        path = page.save(arguments.output or Path("page.html"))
        print(path)
        if arguments.open:
            webbrowser.open(path.resolve().as_uri())

    return _shown("explore", show)


def _shown(command: str, show: Callable[[], None]) -> int:
    """Run it; what is wrong with the expression goes to stderr, with exit code 2, a page not written with 1."""
    from autograd.visualize import ExpressionError

    try:
        show()
    except ExpressionError as error:
        print(f"chalkgrad {command}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"chalkgrad {command}: cannot write {error.filename or 'the page'}: {error.strerror}", file=sys.stderr)
        return 1
    except (ValueError, RuntimeError) as error:
        print(f"chalkgrad {command}: {error}", file=sys.stderr)
        return 1
    except MemoryError:
        print(f"chalkgrad {command}: this needs more memory than there is", file=sys.stderr)
        return 1
    return 0


def _expression(arguments: argparse.Namespace) -> list[Any]:
    """The expression and the values of its variables, in order."""
    from autograd.visualize.expressions import Expression, ExpressionError, number_or_array

    given: dict[str, Any] = {}
    for assignment in arguments.values:
        name, equals, text = (part.strip() for part in assignment.partition("="))
        if not equals or not name.isidentifier():
            raise ExpressionError(f"wanted name=value, got {assignment!r}")
        if name in given:
            raise ExpressionError(f"{name} is given twice")
        try:
            given[name] = number_or_array(text)
        except ExpressionError as error:
            raise ExpressionError(f"{name}: {error}") from None
    expression = Expression(arguments.expression, given)
    return [expression, *expression.arguments(given)]


def _train_digits(arguments: argparse.Namespace) -> int:
    from nn.training.digits import MODELS, save, train_digits

    missing = [name for name in ("graphviz", "matplotlib") if find_spec(name) is None]
    if missing:
        needs = " and ".join(missing)
        print(f"chalkgrad train digits: the report needs {needs}: pip install 'chalkgrad[viz]'", file=sys.stderr)
        return 1
    out: Path = arguments.out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"chalkgrad train digits: cannot write to {out}: {error.strerror}", file=sys.stderr)
        return 2
    summary = MODELS[arguments.model].summary
    print(f"{arguments.model} ({summary}) on 1,438 handwritten digits, tested on 359 unseen ones")
    start = time.perf_counter()
    try:
        outcome = train_digits(arguments.model, arguments.epochs, arguments.lr, arguments.batch_size, arguments.seed)
    except ValueError as error:
        print(f"chalkgrad train digits: {error}", file=sys.stderr)
        return 1
    seconds = time.perf_counter() - start
    interrupted = outcome.history.interrupted
    if interrupted:
        print(f"\ninterrupted after {outcome.history.epochs} epochs; saving what was learned", file=sys.stderr)
    try:
        written = save(outcome, out)
    except OSError as error:
        print(f"chalkgrad train digits: cannot write to {out}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"test accuracy {outcome.test_accuracy:.2%} after {seconds:.1f} s")
    for path in written:
        print(f"  {path}")
    return 130 if interrupted else 0


def _positive_int(text: str) -> int:
    return _number(text, int, lambda n: n > 0, "a whole number above 0")


def _natural(text: str) -> int:
    return _number(text, int, lambda n: n >= 0, "a whole number, 0 or more")


def _positive_float(text: str) -> float:
    return _number(text, float, lambda x: 0 < x < float("inf"), "a number above 0")


def _number(text: str, kind: Callable[[str], N], allowed: Callable[[N], bool], wanted: str) -> N:
    try:
        value = kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"wanted {wanted}, got {text!r}") from None
    if not allowed(value):
        raise argparse.ArgumentTypeError(f"wanted {wanted}, got {text!r}")
    return value


if __name__ == "__main__":
    sys.exit(main())
