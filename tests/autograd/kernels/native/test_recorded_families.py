"""Native functions of pooling, channels, rows and embeddings touch memory by kernels alone: they can be replayed."""

import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("llvmlite")

from autograd.kernels.native import channels, embedding, pooling, rows
from autograd.kernels.native.capture import captured

WINDOW = ((2, 2), (2, 2), (0, 0), (1, 1), False)
IMAGE = np.ones((4, 6, 6, 8), np.float32).transpose(0, 3, 1, 2)
POOLED = np.ones((4, 3, 3, 8), np.float32).transpose(0, 3, 1, 2)
VECTOR, MATRIX, LABELS = np.ones(8, np.float32), np.ones((32, 8), np.float32), np.zeros(32, np.int64)


@pytest.mark.parametrize(
    ("function", "operands"),
    [
        (channels.channel_sum, (IMAGE,)),
        (channels.channel_dot, (IMAGE, IMAGE, VECTOR)),
        (channels.channel_moments, (IMAGE,)),
        (channels.channel_affine, (IMAGE, VECTOR, VECTOR)),
        (channels.channel_mix, (IMAGE, IMAGE, VECTOR, VECTOR, VECTOR)),
        (rows.softmax, (MATRIX, (1,))),
        (rows.softmax_pull, (MATRIX, MATRIX, (1,))),
        (rows.log_softmax, (MATRIX, (1,))),
        (rows.log_softmax_pull, (MATRIX, MATRIX, (1,))),
        (rows.cross_entropy, (MATRIX, LABELS)),
        (rows.cross_entropy_pull, (MATRIX[:, 0].copy(), MATRIX, LABELS)),
        (rows.normalize, (MATRIX, VECTOR, VECTOR, 1e-5)),
        (rows.normalize_pull, (MATRIX, MATRIX, VECTOR, 1e-5, True)),
        (rows.normalized_sum, (MATRIX, MATRIX, 1e-5, False)),
        (pooling.max_pool, (IMAGE, *WINDOW)),
        (pooling.max_pool_adjoint, (POOLED, IMAGE, POOLED, *WINDOW)),
        (pooling.avg_pool, (IMAGE, *WINDOW[:3])),
        (pooling.avg_pool_adjoint, (POOLED, (6, 6), *WINDOW[:3])),
        (embedding.add_rows, (MATRIX, LABELS, (5, 8))),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_is_a_list_of_calls(function, operands):
    assert captured(function, operands) is not None


def test_recording_may_be_the_first_thing_that_a_process_does():
    program = (
        "import numpy as np\n"
        "from autograd.kernels.native import rows\n"
        "from autograd.kernels.native.capture import captured\n"
        "assert captured(rows.softmax, (np.ones((4, 8)), (1,))) is not None"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
