"""Every public name says what it does and shows it in an example, and every example is run."""

import doctest
import inspect
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import autograd.array_api
import autograd.extend
import autograd.fft
import autograd.integrate
import autograd.interpolate
import autograd.linalg
import autograd.optimize
import autograd.scipy.linalg
import autograd.scipy.signal
import autograd.scipy.sparse.linalg
import autograd.sparse
import autograd.special
import autograd.stats
import autograd.test_util
import autograd.visualize
import nn.data
import nn.interpret
import nn.io
import nn.plots
import nn.training
import nn.utils.rnn
import optim

NAMESPACES = (
    autograd,
    autograd.array_api,
    autograd.extend,
    autograd.fft,
    autograd.integrate,
    autograd.interpolate,
    autograd.linalg,
    autograd.optimize,
    autograd.scipy.linalg,
    autograd.scipy.signal,
    autograd.scipy.sparse,
    autograd.scipy.sparse.linalg,
    autograd.sparse,
    autograd.special,
    autograd.stats,
    autograd.test_util,
    autograd.visualize,
    nn,
    nn.functional,
    nn.init,
    nn.data,
    nn.interpret,
    nn.io,
    nn.plots,
    nn.training,
    nn.utils,
    nn.utils.parametrizations,
    nn.utils.parametrize,
    nn.utils.rnn,
    optim,
    optim.averaging,
    optim.lr_scheduler,
    optim.neuron_rules,
    optim.regularization,
)


def public() -> Iterator[tuple[str, Any]]:
    """Every public function and class, and what Tensor has, by name."""
    autograd.methods.load()
    for namespace in NAMESPACES:
        for name in namespace.__all__:
            value = getattr(namespace, name)
            if callable(value):
                yield f"{namespace.__name__}.{name}", value
    for name in dir(autograd.Tensor):
        if not name.startswith("_"):
            value = inspect.getattr_static(autograd.Tensor, name)
            yield f"Tensor.{name}", value.fget if isinstance(value, property) else value


PUBLIC = dict(public())


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_names_are_documented_with_an_example(name):
    assert ">>> " in (PUBLIC[name].__doc__ or ""), f"{name} needs a docstring with an example"


# --- pytest collects the examples that it finds by going through the modules; the rest is run here --------------------


def collected(module: str) -> set[str]:
    """The docstrings with examples that are found by going through a module."""
    return {inspect.cleandoc(t.docstring) for t in doctest.DocTestFinder(exclude_empty=True).find(sys.modules[module])}


def uncollected() -> dict[str, tuple[str, str]]:
    """The docstrings with examples that are not, by name, with their module."""
    documented = PUBLIC | {f"the primitive {p.name}": p.fn for p in autograd.registry.values()}
    found = {module: collected(module) for module in {v.__module__ for v in documented.values()}}
    missing = {}
    for name, value in documented.items():
        doc = inspect.cleandoc(value.__doc__ or "")
        if ">>> " in doc and doc not in found[value.__module__]:
            missing.setdefault(doc, (name, value.__module__))
    return {name: (doc, module) for doc, (name, module) in missing.items()}


UNCOLLECTED = uncollected()


@pytest.mark.parametrize("name", sorted(UNCOLLECTED))
def test_examples_run(name):
    doc, module = UNCOLLECTED[name]
    test = doctest.DocTestParser().get_doctest(doc, {}, name, module, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False)
    output: list[str] = []
    runner.run(test, out=output.append)
    assert runner.failures == 0, "".join(output)


def test_functions_made_by_functions_are_among_those_run():
    assert "Tensor.double" in UNCOLLECTED
