"""Runs every benchmark of this folder; exits with 1 if a limit was exceeded."""

from __future__ import annotations

import importlib
import pkgutil

import benchmarks


def main() -> int:
    """Run them one after the other."""
    names = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__))
    modules = [importlib.import_module(f"benchmarks.{name}") for name in names if not name.startswith("_")]
    codes = [m.main() for m in modules if hasattr(m, "main")]
    return 0 if all(codes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
