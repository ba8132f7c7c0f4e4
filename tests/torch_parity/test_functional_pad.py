"""nn.functional.pad beside PyTorch's."""

import numpy as np
import pytest

from nn.functional import pad

torch = pytest.importorskip("torch")

CASES = [
    ((1, 2), "constant", 3.5),
    ((1, 2, 0, 3), "constant", 0.0),
    ((-1, 2, 1, -2), "constant", 1.0),
    ((0, 0, 0, 0, 1, 1), "constant", 0.0),
    ((2, 1, 1, 2), "reflect", 0.0),
    ((2, 1, 1, 2), "replicate", 0.0),
    ((2, 1, 1, 2), "circular", 0.0),
]


@pytest.mark.parametrize("amounts, mode, value", CASES)
def test_equals_pytorch(amounts, mode, value):
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    expected = torch.nn.functional.pad(
        torch.from_numpy(x), amounts, mode=mode, value=value if mode == "constant" else None
    )
    np.testing.assert_array_equal(pad(x, amounts, mode, value), expected.numpy())
