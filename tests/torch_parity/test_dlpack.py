"""Arrays go to and from PyTorch by DLPack, without a copy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd

DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
def test_both_ways(name, shape):
    there = torch.from_dlpack(autograd.ones(shape, dtype=name))
    assert there.dtype == getattr(torch, name)
    back = autograd.from_dlpack(there)
    assert isinstance(back, autograd.Tensor)
    assert (back.dtype, back.shape) == (name, shape)
    np.testing.assert_array_equal(back.numpy(), np.ones(shape))


def test_memory_is_shared():
    theirs = torch.arange(6.0).reshape(2, 3).T
    ours = autograd.from_dlpack(theirs)
    theirs[0, 0] = 7
    assert ours[0, 0].item() == 7
    assert autograd.from_dlpack(theirs, copy=True)[0, 0].item() == 7
    ours = autograd.zeros(3)
    torch.from_dlpack(ours)[1] = 5
    assert ours.tolist() == [0, 5, 0]


def test_gradients_do_not_get_lost():
    with pytest.raises(BufferError, match=r"use t\.detach"):
        torch.from_dlpack(autograd.ones(2, requires_grad=True))
    with pytest.raises((BufferError, RuntimeError), match=r"requires? grad"):
        autograd.from_dlpack(torch.ones(2, requires_grad=True))
