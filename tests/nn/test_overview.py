"""nn.summary: what it counts, for layers called once, often or never, and that the model stays as it was."""

import copy
from itertools import pairwise

import numpy as np
import pytest

import autograd
import nn


class Twice(nn.Module):
    """An LSTM, a layer that is called twice under two names, and one that is not called."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, 8)
        self.head = nn.Linear(8, 3)
        self.again = self.head
        self.spare = nn.Linear(2, 2)

    def forward(self, x):
        y, (h, _) = self.lstm(x)
        return self.head(y) + self.again(y), {"h": h}


def rows(table):
    return {row.path: row for row in table.rows}


@pytest.mark.parametrize(
    "hidden, counts",
    [([3], [15, 4]), ([5, 5], [25, 30, 6]), ([2, 2, 2], [10, 6, 6, 3]), ([100], [500, 101])],
)
def test_weights_and_biases_of_wide_and_deep_nets(hidden, counts):
    sizes = [4, *hidden, 1]
    layers = [layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), nn.Sigmoid())]
    table = nn.summary(nn.Sequential(*layers), (1, 4))
    assert [row.parameters for row in table.rows if row.type == "Linear"] == counts
    assert table.parameters == table.trainable == sum(counts)
    assert table.multiply_adds == sum(a * b for a, b in pairwise(sizes))
    assert nn.summary(nn.MLP(sizes, granularity="scalar"), (4,)).parameters == sum(counts)


def test_convolutions():
    model = nn.Sequential(nn.Conv2d(3, 8, 5, padding=2, stride=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    found = rows(nn.summary(model, (2, 3, 16, 16)))
    assert found["0"].output == (2, 8, 8, 8)
    assert found["0"].multiply_adds == 2 * 8 * 8 * 8 * 3 * 5 * 5
    assert found["0"].parameters == 8 * 3 * 25 + 8
    assert found["3"].output == (2, 128)


def test_several_outputs_shared_and_unused_layers():
    table = nn.summary(Twice(), (5, 2, 6))
    found = rows(table)
    assert list(found) == ["", "lstm", "head", "spare"]
    assert found[""].output == [(5, 2, 3), {"h": (1, 2, 8)}]
    assert found["lstm"].output == [(5, 2, 8), [(1, 2, 8), (1, 2, 8)]]
    assert (found["head"].calls, found["head"].parameters, found["head"].multiply_adds) == (2, 27, 2 * 5 * 2 * 24)
    assert (found["spare"].calls, found["spare"].output) == (0, None)
    assert found["lstm"].multiply_adds == 5 * 2 * 4 * 8 * (6 + 8)
    text = str(table)
    assert "Linear (×2)" in text
    assert "not called" in text
    assert "[(5, 2, 3), {h: (1, 2, 8)}]" in text


def test_a_shared_parameter_counts_once():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    model[1].weight = model[0].weight
    table = nn.summary(model, (1, 4))
    assert [row.parameters for row in table.rows] == [0, 20, 4]
    assert table.parameters == 24


def test_memory_is_what_the_graph_keeps_once_each():
    x = autograd.zeros((10, 10), dtype=np.float32).requires_grad_()
    table = nn.summary(nn.Sequential(nn.Tanh(), nn.Sigmoid()), x)
    assert [row.memory for row in table.rows] == [0, 400, 400]

    class Squares(nn.Module):
        def forward(self, x):
            y = autograd.exp(x)
            return y * y

    x = autograd.tensor(np.ones(10), requires_grad=True)
    assert nn.summary(Squares(), x).memory == 80  # the operand is kept by three and counted once


def test_what_does_not_train_keeps_nothing():
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh()).requires_grad_(False)
    table = nn.summary(model, (1, 4))
    assert (table.parameters, table.trainable, table.memory) == (20, 0, 0)
    assert "0 parameters are trained, 20 are not" in str(table)


def test_depth_folds_without_losing_anything():
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)
    full = nn.summary(model, (2, 5, 8))
    assert full.parameters == sum(p.size for p in model.parameters())
    for depth in range(4):
        folded = nn.summary(model, (2, 5, 8), depth=depth)
        assert max(row.depth for row in folded.rows) == depth
        for total in ("parameters", "trainable", "memory", "multiply_adds"):
            assert getattr(folded, total) == getattr(full, total)
    lines = str(full).split("\n")
    assert not any("not called" in line for line in lines)  # a ModuleList is never called
    with pytest.raises(ValueError, match="depth must be 0 or more, got -1"):
        nn.summary(model, (2, 5, 8), depth=-1)


def test_the_model_is_not_disturbed():
    calls = []
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.LazyLinear(2))
    model[1].eval()
    model[0].register_forward_hook(lambda *_: calls.append(1))
    modules = [dict(vars(m)) for m in model.modules()]
    before = copy.deepcopy([model[0].state_dict(), model[1].state_dict()])
    autograd.manual_seed(3)
    expected = autograd.rand(3).tolist()
    autograd.manual_seed(3)
    model[1].train()
    modules[2]["training"] = True
    table = nn.summary(model, (6, 4))
    assert rows(table)["3"].parameters == 10
    assert rows(table)["3"].output == (6, 2)
    assert autograd.rand(3).tolist() == expected
    assert [vars(m).keys() for m in model.modules()] == [m.keys() for m in modules]
    assert model[3].has_uninitialized_params()
    assert model[0].weight.grad is None
    for old, new in zip(before, (model[0].state_dict(), model[1].state_dict())):
        for key in old:
            np.testing.assert_array_equal(old[key].detach().numpy(), new[key].detach().numpy())


def test_without_an_input_parameters_are_counted():
    table = nn.summary(Twice())
    assert [row.parameters for row in table.rows] == [0, 512, 27, 6]
    assert "not called" not in str(table)
    assert str(table).split("\n")[0].split() == ["layer", "type", "parameters"]
    assert table._repr_html_().count("<tr>") == 6
    with pytest.raises(RuntimeError, match="lazy layer has no shape"):
        nn.summary(nn.LazyLinear(2))


def test_inputs_are_shapes_arrays_tensors_or_by_name():
    class Both(nn.Module):
        def forward(self, x, ids, scale=1.0):
            return x * scale + ids

    assert nn.summary(Both(), (2, 3), np.zeros(3)).rows[0].output == (2, 3)
    assert nn.summary(Both(), autograd.tensor([1.0]), ids=2, scale=3.0).rows[0].output == (1,)
    assert nn.summary(nn.Embedding(10, 4), (2, 3), dtype=int).rows[0].output == (2, 3, 4)
    assert nn.summary(nn.Linear(2, 3), (0, 2)).rows[0].output == (0, 3)


def test_html_escapes():
    class Named(nn.Module):
        def forward(self, x):
            return {"<b>": x}

    html = nn.summary(Named(), (2,))._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_refusals():
    with pytest.raises(TypeError, match="summary wants a Module, got function"):
        nn.summary(lambda x: x, (1,))
    with pytest.raises(ValueError, match="Linear wants") as caught:
        nn.summary(nn.Sequential(nn.Linear(2, 3)), (4, 5))
    assert any("in model.0" in note for note in caught.value.__notes__)
