import numpy as np
import pytest

import autograd as ag
from autograd import detect_anomaly, primitive
from autograd.graph import scope


def leaf(*values, name=None):
    return ag.tensor(np.array(values), requires_grad=True, name=name)


def message(run, **options):
    with pytest.raises(FloatingPointError) as caught, detect_anomaly(**options):
        run()
    return str(caught.value)


def test_forward_tells_operation_line_module_and_ranges():
    x, y = leaf(1.0, 2.0, 3.0), leaf(-2.0, 0.0, 4.0)

    def run():
        with scope("encoder"), scope("layer1"):
            x / y  # the line

    lines = message(run).splitlines()
    assert lines[0] == "divide gave inf in 1 of 3 elements"
    assert lines[1].startswith("  called at ")
    assert "test_anomaly.py:" in lines[1]
    assert lines[1].endswith("x / y  # the line")
    assert lines[2:] == [
        "  in module encoder/layer1",
        "  x: float64 (3,) from 1 to 3",
        "  y: float64 (3,) from -2 to 4",
    ]


def test_every_kind_is_counted_and_bad_inputs_are_shown():
    text = message(lambda: np.log(ag.tensor(np.array([-1.0, 0.0, np.nan, np.inf, 2.0]))))
    assert text.startswith("log gave NaN in 2 of 5 elements and inf in 1 of 5 elements and -inf in 1 of 5 elements")
    assert "x: float64 (5,) from -1 to 2, and NaN in 1 of 5 elements and inf in 1 of 5 elements" in text


def test_untracked_and_variadic_calls_and_calls_with_several_results():
    bad = ag.tensor(np.array([np.nan]))
    assert "[1]: float64 (1,), and NaN in 1 of 1 elements" in message(lambda: np.concatenate([ag.tensor([1.0]), bad]))

    @primitive(x=lambda g, x: g[0], outputs=2)
    def halves(x):
        """Twice half of it."""
        return x / 2, x / 0.0

    assert message(lambda: halves(leaf(1.0))).startswith("halves gave inf in 1 of 1 elements")


def test_backward_tells_where_the_forward_call_was():
    def run():
        x = leaf(4.0, 0.0)
        with scope("head"):
            y = np.sqrt(x)  # born here
        y.sum().backward()

    lines = message(run).splitlines()
    assert lines[0] == "the derivative of sqrt with respect to x gave inf in 1 of 2 elements"
    assert lines[1].endswith("# born here")
    assert lines[2] == "  in module head"
    assert "  g: float64 (2,) from 1 to 1" in lines
    assert "  out: float64 (2,) from 0 to 2" in lines


def test_backward_alone_in_the_block():
    y = np.sqrt(leaf(0.0)).sum()
    text = message(y.backward)
    assert text.startswith("the derivative of sqrt with respect to x gave inf")
    assert "run the forward pass inside detect_anomaly() too" in text


def test_a_recorded_backward_names_the_step_of_the_rule():
    def run():
        x = leaf(0.0)
        y = np.sqrt(x)  # born here
        y.sum().backward(create_graph=True)

    text = message(run)
    assert "while computing the derivative of sqrt" in text
    assert "# born here" in text


def test_zero_times_infinity_in_the_backward_pass():
    x = leaf(-1.0, 2.0)

    def run():
        np.where(x.detach().data > 0, np.sqrt(x), 0.0).sum().backward()

    assert message(run).startswith("sqrt gave NaN in 1 of 2 elements")


def test_a_bad_seed_and_a_bad_hook():
    x = leaf(1.0)
    text = message(lambda: (x * 2).backward(np.array([np.nan])))
    assert text.startswith("the gradient from which the backward pass starts has NaN in 1 of 1 elements")
    y = x * 2
    y.register_hook(lambda g: g * np.nan)
    assert "multiply gave NaN" in message(lambda: y.backward(np.ones(1)))


def test_infinity_can_be_allowed():
    x = leaf(0.0, 1.0)
    with detect_anomaly(infinity=False):
        assert np.isneginf(np.log(x).data[0])
    assert message(lambda: np.log(x) * 0.0, infinity=False).startswith("multiply gave NaN in 1 of 2 elements")


def test_nothing_happens_where_all_is_finite():
    results = []
    for block in (detect_anomaly(), ag.enable_grad()):
        x = leaf(0.5, 2.0)
        with block:
            y = np.max(np.sqrt(x) / x) + np.concatenate([x, x])[0]
            y.backward()
        results.append((y.item(), x.grad.data.tolist()))
    assert results[0] == results[1]
    np.log(leaf(1.0))  # and outside nothing is checked


def test_inside_transforms():
    assert message(lambda: ag.grad(np.sqrt)(0.0)).startswith("the derivative of sqrt with respect to x gave inf")
    assert message(lambda: ag.jvp(np.log, (0.0,), (1.0,))).startswith("log gave -inf")
    with detect_anomaly():
        assert ag.grad(lambda x: x**2)(3.0) == 6.0
        assert ag.hessian(lambda x: x**3)(2.0) == 12.0
        assert ag.jvp(lambda x: x**3, (2.0,), (1.0,)) == (8.0, 12.0)
    x = leaf(0.0)
    assert "sqrt" in message(lambda: ag.checkpoint(np.sqrt)(x).sum().backward())


def test_state_is_clean_after_a_failure():
    x = leaf(0.0)
    with detect_anomaly():
        with pytest.raises(FloatingPointError, match="derivative of sqrt"):
            np.sqrt(x).backward(np.ones(1))
        with pytest.raises(FloatingPointError, match=r"^log gave -inf") as caught:
            np.log(x)
    assert "while computing" not in str(caught.value)


def test_operations_of_several_results_pass():
    x = ag.tensor(np.arange(6.0).reshape(3, 2), requires_grad=True)
    with detect_anomaly():
        (ag.batch_norm(x, None, None, training=True) ** 3).sum().backward()
    assert np.isfinite(x.grad.data).all()
