"""The branchless choice gives what np.where gives, bit for bit."""

import numpy as np
import pytest

from autograd.kernels.selection import where

RNG = np.random.default_rng(0)
CONDITION = RNG.integers(0, 2, (100, 200)).astype(bool)
SPECIAL = RNG.choice([1.5, -0.0, np.nan, np.inf, -np.inf, 5e-324], CONDITION.shape)


@pytest.mark.parametrize(
    "condition", [CONDITION, CONDITION.astype(int), CONDITION.T.copy().T], ids=["bool", "int", "F"]
)
@pytest.mark.parametrize(
    "x, y",
    [
        (SPECIAL, -SPECIAL),
        (SPECIAL.astype(np.float32), 0),
        (0.0, SPECIAL.astype(np.float32)),
        (SPECIAL, np.float32(2)),
        (SPECIAL[::2].repeat(2, 0)[::-1], SPECIAL[:1]),
        (np.ones((3, 1, 200)), SPECIAL[0]),
        (np.arange(200), 7),
        (np.ones(200, np.float16), 2.0),
    ],
)
def test_large_arrays(condition, x, y):
    found, expected = where(condition, x, y), np.where(condition, x, y)
    assert found.dtype == expected.dtype
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("condition", [True, np.array(False), CONDITION[:5], np.ones((0, 3), bool)], ids=str)
def test_small_arrays(condition):
    found = where(condition, np.float32(1), 0.0)
    assert found.dtype == np.float32
    assert found.tolist() == np.where(condition, 1.0, 0.0).tolist()
