"""Tells when the environment also holds HIPS's `autograd`, a distribution that installs the same import name."""

import os
import sys
import warnings
from collections.abc import Iterable


def find_hips_autograd(folders: Iterable[str]) -> str | None:
    """Path of the installed metadata of HIPS's `autograd` in the first of `folders` that has it, or None."""
    # importlib.metadata would do this too, but importing it takes a hundred times as long as the search.
    for folder in folders:
        try:
            names = os.listdir(folder or os.curdir)
        except OSError:  # a zip archive, or a folder that does not exist
            continue
        for name in names:
            if name.startswith("autograd-") and name.endswith((".dist-info", ".egg-info")):
                return os.path.join(folder, name)
    return None


def warn_of_hips_autograd() -> None:
    """Warn the importer of `autograd`, with what to do, if HIPS's distribution is on `sys.path` too."""
    found = find_hips_autograd(sys.path)
    if found is not None:
        warnings.warn(
            f"chalkgrad and HIPS autograd ({found}) are both installed, and both provide the module `autograd`: which "
            "one is imported depends on the order of installation, and removing one removes files of the other. "
            "Keep one of them. For chalkgrad: `pip uninstall autograd`, "
            "then `pip install --force-reinstall --no-deps chalkgrad`.",
            RuntimeWarning,
            stacklevel=3,
        )
