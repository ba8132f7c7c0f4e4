"""RMS, group, instance and local response normalization against PyTorch's: layers, running values, two orders."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn
from tests.torch_parity.test_recurrent import CLOSE, both, compare, pairs

LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("RMSNorm", (4,), {}, (2, 3, 4)),
    ("RMSNorm", ((3, 4),), {"eps": 1e-2}, (2, 3, 4)),
    ("RMSNorm", (4,), {"elementwise_affine": False}, (3, 4)),
    ("GroupNorm", (2, 4), {}, (3, 4)),
    ("GroupNorm", (2, 4), {"eps": 1e-2}, (3, 4, 5)),
    ("GroupNorm", (4, 4), {"affine": False}, (2, 4, 3, 3)),
    ("GroupNorm", (1, 4), {"bias": False}, (2, 4, 2, 3, 2)),
    ("InstanceNorm1d", (3,), {}, (2, 3, 4)),
    ("InstanceNorm1d", (3,), {"affine": True}, (3, 4)),
    ("InstanceNorm2d", (3,), {"affine": True, "bias": False, "eps": 1e-2}, (2, 3, 4, 2)),
    ("InstanceNorm2d", (3,), {"affine": True, "track_running_stats": True}, (2, 3, 4, 2)),
    ("InstanceNorm3d", (3,), {"track_running_stats": True, "momentum": 0.3}, (2, 3, 2, 2, 2)),
    ("LocalResponseNorm", (3,), {}, (2, 5, 4)),
    ("LocalResponseNorm", (2,), {"alpha": 0.5, "beta": 1.5, "k": 2.0}, (2, 5, 4, 2)),
    ("LocalResponseNorm", (9,), {"alpha": 0.5}, (2, 3, 2, 2, 2)),
]


@pytest.mark.parametrize("name, args, options, shape", LAYERS)
@pytest.mark.parametrize("channels_last", [False, True])
def test_layer(name: str, args: Any, options: dict[str, Any], shape: tuple[int, ...], channels_last: bool) -> None:
    rng = np.random.default_rng(0)
    ours, theirs = getattr(nn, name)(*args, **options).double(), getattr(torch.nn, name)(*args, **options).double()
    assert repr(ours) == repr(theirs)
    parameters, torch_parameters = pairs(ours, theirs)
    for p, q in zip(parameters, torch_parameters):
        p.data = rng.normal(size=p.shape)
        q.data = torch.tensor(p.data)
    for training in (True, False):
        ours.train(training), theirs.train(training)
        leaves, torch_leaves = both([rng.normal(size=shape)])
        if channels_last:
            leaves[0].data = np.moveaxis(np.moveaxis(leaves[0].data, 1, -1).copy(), -1, 1)
        out, want = ours(*leaves), theirs(*torch_leaves)
        compare([out], [want], leaves + parameters, torch_leaves + torch_parameters, True)
        for b, c in zip(ours.buffers(), theirs.buffers(), strict=True):
            np.testing.assert_allclose(b.data, c.numpy(), **CLOSE)
