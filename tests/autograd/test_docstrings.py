"""The examples in the docstrings of primitives, which pytest's own collection does not see: their code is generated."""

import doctest

import pytest

import autograd

WITH_EXAMPLES = sorted(p.name for p in autograd.registry.values() if ">>>" in p.doc)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run(name):
    p = autograd.registry[name]
    test = doctest.DocTestParser().get_doctest(p.doc, {"autograd": autograd}, name, p.module, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False)
    output: list[str] = []
    runner.run(test, out=output.append)
    assert runner.failures == 0, "".join(output)
