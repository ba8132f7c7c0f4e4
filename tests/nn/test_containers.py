"""Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict."""

from collections import OrderedDict

import numpy as np
import pytest

import nn


def test_sequential_indexing_and_editing() -> None:
    a, b, c = nn.Identity(), nn.ReLU(), nn.Tanh()
    model = nn.Sequential(a, b)
    assert list(model) == [a, b]
    assert model[-1] is b
    assert b in model
    assert c not in model
    model.append(c).extend([a])
    assert len(model) == 4
    model[0] = c
    assert list(model) == [c, b, c, a]
    del model[0]
    assert [n for n, _ in model.named_children()] == ["0", "1", "2"]
    model.insert(1, a)
    assert list(model) == [b, a, c, a]
    assert model.pop() is a
    assert list(model[1:]) == [a, c]
    assert isinstance(model[1:], nn.Sequential)
    with pytest.raises(IndexError, match="index 7 is out of range for a Sequential of 3"):
        model[7]
    with pytest.raises(TypeError, match="holds Modules, got int"):
        model.append(3)  # type: ignore[arg-type]


def test_sequential_with_names() -> None:
    model = nn.Sequential(OrderedDict(first=nn.Linear(2, 3), last=nn.ReLU()))
    assert model.first is model[0]
    assert list(model.state_dict()) == ["first.weight", "first.bias"]
    assert model(np.zeros((4, 2))).shape == (4, 3)
    assert [n for n, _ in model[:1].named_children()] == ["first"]
    model[1] = nn.Tanh()
    assert isinstance(model.last, nn.Tanh)
    del model[0]
    assert [n for n, _ in model.named_children()] == ["last"]


def test_empty_sequential_is_the_identity() -> None:
    assert nn.Sequential()(np.ones(2)).tolist() == [1, 1]


def test_module_list() -> None:
    layers = nn.ModuleList([nn.Linear(1, 2)])
    layers += [nn.Linear(2, 3)]
    assert len(layers + nn.ModuleList([nn.ReLU()])) == 3
    assert [n for n, _ in layers.named_parameters()] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert isinstance(layers[:1], nn.ModuleList)
    layers.insert(0, nn.ReLU())
    assert [type(m).__name__ for m in layers] == ["ReLU", "Linear", "Linear"]
    with pytest.raises(NotImplementedError, match="ModuleList defines no forward"):
        layers(np.ones(1))


def test_module_dict() -> None:
    d = nn.ModuleDict({"a": nn.ReLU()})
    d["b"] = nn.Linear(1, 1)
    d.update([("c", nn.Tanh())])
    assert list(d) == ["a", "b", "c"] == list(d.keys())
    assert "b" in d
    assert len(d.values()) == len(d) == 3
    assert isinstance(d.pop("c"), nn.Tanh)
    assert [n for n, _ in d.named_parameters()] == ["b.weight", "b.bias"]
    with pytest.raises(KeyError):
        d["missing"]
    with pytest.raises(KeyError, match="has an attribute of that name"):
        d["pop"] = nn.ReLU()
    with pytest.raises(TypeError, match="holds Modules"):
        d["x"] = 3
    d.clear()
    assert not len(d)


def test_parameter_containers() -> None:
    plist = nn.ParameterList([np.ones(2), nn.Parameter(3.0)])
    plist.append(np.zeros(1))
    assert [p.shape for p in plist.parameters()] == [(2,), (), (1,)]
    assert repr(plist).startswith("ParameterList(\n  (0): Parameter of float64 (2,)")
    pdict = nn.ParameterDict({"w": np.ones((2, 2))})
    assert list(pdict.state_dict()) == ["w"]
    assert [(k, p.shape) for k, p in pdict.items()] == [("w", (2, 2))]
    assert "(w): Parameter of float64 (2, 2)" in repr(pdict)
