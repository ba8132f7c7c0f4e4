"""Whatever a compiled function refers to may change between calls, and the change is seen."""

import types
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import pytest

import autograd
import nn
from tests.autograd.compile.steps import called, replays

FACTOR = 1.0
CONFIG = types.ModuleType("config")


class Settings:
    rate = 1.0
    negative = False


class Helped(nn.Module):
    scale = 1.0

    def helper(self, x):
        return x * FACTOR

    @staticmethod
    def alone(x):
        return x * FACTOR

    @property
    def factor(self):
        return FACTOR

    def forward(self, x):
        return self.helper(x) * self.scale


class Inheriting(Helped):
    def forward(self, x):
        return super().forward(x)


class WithProperty(Helped):
    def forward(self, x):
        return self.alone(x) * self.factor


class Plain:
    weight = 1.0

    def __init__(self):
        self.own, self.inner = 1.0, types.SimpleNamespace(deep=1.0)

    def go(self, x):
        return x * self.own * self.weight * self.inner.deep * FACTOR


class Slotted:
    __slots__ = ("a",)

    def __init__(self):
        self.a = 1.0


@dataclass
class Data:
    rate: float = 1.0


def with_default(x, factor=[1.0]):  # noqa: B006 - it is changed on purpose
    return x * factor[0]


def other_forward(self, x):
    return x * 9


CONFIG.rate, CONFIG.function = 1.0, lambda x: x
helped, inherited, sequence = Helped(), Inheriting(), nn.Sequential(WithProperty())
plain, slotted, data, ordered = Plain(), Slotted(), Data(), OrderedDict(a=1.0)

CHANGES = {
    "attribute of a class": (lambda x: x * Settings.rate, Settings, "rate", 2.0),
    "branch on a class": (lambda x: -x if Settings.negative else x, Settings, "negative", True),
    "attribute of a module": (lambda x: x * CONFIG.rate, CONFIG, "rate", 2.0),
    "function of a module": (lambda x: CONFIG.function(x), CONFIG, "function", lambda x: x * 3),
    "global in a method": (lambda x: helped(x), None, "FACTOR", 2.0),
    "global in an inherited method": (lambda x: inherited(x), None, "FACTOR", 2.0),
    "global in a layer's property": (lambda x: sequence(x), None, "FACTOR", 2.0),
    "attribute of a layer's class": (lambda x: helped(x), Helped, "scale", 2.0),
    "another forward": (lambda x: helped(x), Helped, "forward", other_forward),
    "attribute in a method": (lambda x: plain.go(x), plain, "own", 2.0),
    "attribute of its class": (lambda x: plain.go(x), Plain, "weight", 2.0),
    "attribute of an attribute": (lambda x: plain.go(x), plain.inner, "deep", 2.0),
    "global in a plain method": (plain.go, None, "FACTOR", 2.0),
    "attribute by name": (lambda x: x * getattr(plain, "own"), plain, "own", 2.0),  # noqa: B009
    "slot": (lambda x: x * slotted.a, slotted, "a", 2.0),
    "dataclass": (lambda x: x * data.rate, data, "rate", 2.0),
    "ordered dict": (lambda x: x * ordered["a"], ordered, "a", 2.0),
    "default": (lambda x: with_default(x), with_default.__defaults__[0], 0, 2.0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_seen(name, monkeypatch):
    function, owner, what, value = CHANGES[name]
    compiled, x = autograd.compile(function), autograd.tensor(np.arange(1.0, 4.0))
    before = called(compiled, x).tolist()
    assert replays(compiled) == 1
    if isinstance(owner, dict | list):
        monkeypatch.setitem(owner, what, value) if isinstance(owner, dict) else owner.__setitem__(what, value)
    else:
        monkeypatch.setattr(__import__(__name__, fromlist=["x"]) if owner is None else owner, what, value)
    assert compiled(x).tolist() == function(x).tolist() != before
