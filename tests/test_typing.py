"""What a type checker sees of the public face: `make lint` checks this file, `make test` runs it."""

import ast
from pathlib import Path
from typing import assert_type

import numpy as np

import autograd
import nn
import optim
from autograd import Tensor, grad, relu, tensor
from scripts import tensor_typing


def test_operators_and_functions() -> None:
    w = tensor([1.0, 2.0], requires_grad=True, name="w")
    for result in (2 * w + 1, -w, w**2, 2**w, w / 3, w[0], w[None], abs(w), w == w, w < 2):
        assert_type(result, Tensor)
        assert isinstance(result, Tensor)
    assert_type(w @ w, Tensor)
    assert_type(w.sum(dim=0, keepdim=True).reshape(1).T, Tensor)
    assert_type(w.split(1), tuple[Tensor, ...])
    assert_type(w.shape, tuple[int, ...])
    assert_type(w.grad, Tensor | None)
    loss: Tensor = relu(w).sum()
    loss.backward()
    assert_type(autograd.manual_seed(0), autograd.Generator)
    assert grad(np.sin)(0.0) == 1


def test_models_and_optimizers() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    assert_type(optimizer, optim.SGD)
    loss: Tensor = model(np.ones((1, 2))).sum()
    loss.backward()
    optimizer.step()


def test_the_methods_told_to_type_checkers_are_those_of_the_table() -> None:
    path = Path(autograd.__file__).with_name("_tensor_methods.pyi")
    told, wanted = (ast.dump(ast.parse(text)) for text in (path.read_text(), tensor_typing.text()))
    assert told == wanted, "run: make tables"


def test_all_lists_the_public_names() -> None:
    assert {"Tensor", "tensor", "no_grad", "manual_seed", "grad", "exp", "Program"} <= set(autograd.__all__)
    assert not {"TYPE_CHECKING", "annotations", "warn_of_hips_autograd", "methods"} & set(autograd.__all__)
    assert len(set(autograd.__all__)) == len(autograd.__all__)
