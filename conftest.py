"""What every test and doctest of the repository runs under."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import autograd
from autograd.graph import get_mode

os.environ.setdefault("MPLBACKEND", "Agg")  # no window is opened

settings.register_profile("ci", derandomize=True, database=None, deadline=None, max_examples=50)
settings.register_profile(
    "long", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def global_state() -> dict[str, Any]:
    return {
        "default dtype": autograd.get_default_dtype(),
        "recording mode": get_mode(),
        "NumPy's error handling": np.geterr(),
        "NumPy's print options": np.get_printoptions(),
    }


@pytest.fixture(autouse=True)
def sealed_global_state() -> Iterator[None]:
    """Start each test from the same random state; fail one that leaves other global state changed, and restore that."""
    autograd.manual_seed(0)
    before = global_state()
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
    changed = [f"{name}: {before[name]} became {now}" for name, now in global_state().items() if now != before[name]]
    autograd.set_default_dtype(before["default dtype"])
    np.seterr(**before["NumPy's error handling"])
    np.set_printoptions(**before["NumPy's print options"])
    if changed:
        pytest.fail(f"the test leaks global state: {'; '.join(changed)}", pytrace=False)
