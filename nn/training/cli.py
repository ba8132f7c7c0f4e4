"""The `chalkgrad` command."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn, TypeVar

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
    return parser


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
