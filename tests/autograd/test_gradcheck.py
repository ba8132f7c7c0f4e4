import re

import numpy as np
import pytest

import autograd
from autograd import GradcheckError, PrecisionWarning, gradcheck, primitive, tensor

RNG = np.random.default_rng(0)


@primitive(x=lambda g, x: 2 * g * x)
def square(x):
    "x²."
    return x * x


@primitive(x=lambda g, x: 2.001 * g * x)
def wrong_square(x):
    "x², with a wrong rule."
    return x * x


@primitive(x=lambda g, x: 2 * g * autograd.tensor(x))
def cut_square(x):
    "x², with a rule that is right once only."
    return x * x


@primitive(x=lambda g, x: g * np.sign(x))
def absolute(x):
    "|x|."
    return np.abs(x)


@primitive(x=lambda g, x: 2 * g * absolute(x))
def signed_square(x):
    "x·|x|, which has one derivative everywhere and a second except in 0."
    return x * np.abs(x)


@primitive(x=lambda g, x: g / x)
def divided(x):
    "0·log(x), say: the rule is infinite in 0."
    return 0 * x


def test_right_functions_pass():
    assert gradcheck(lambda x, y: x * autograd.exp(y) / (x * x + 1), 0.5, 0.25, order=3) is None
    gradcheck(square, RNG.normal(size=(2, 3)), order=4)
    gradcheck(lambda t: t.tanh().sum(), RNG.normal(size=(20, 30)), order=2)
    gradcheck(square, tensor(np.ones(3)))
    gradcheck(square, np.zeros((0, 3)))


def test_containers_in_and_out():
    def f(weights, pair):
        return {"a": (weights["w"] * pair[0], 3.0), "b": [weights["b"] + pair[1] ** 2]}

    gradcheck(f, {"w": np.ones(2), "b": 0.5}, (RNG.normal(size=(3, 1)), 2.0))


def test_a_wrong_derivative_is_named():
    with pytest.raises(
        GradcheckError, match=r"derivative of f\[2\] by z\[2\] at order 1, mode rev: analytic"
    ) as caught:
        gradcheck(lambda y, z: y + wrong_square(z), np.ones(3), np.array([0.0, 0.0, 2.0]))
    error = caught.value
    assert (error.argument, error.index, error.order, error.mode) == ("z", (2,), 1, "rev")
    assert error.analytic == pytest.approx(4.002)
    assert error.numeric == pytest.approx(4.0)
    np.testing.assert_array_equal(error.direction[1], [0, 0, 1])


def test_the_element_is_found_among_many():
    x = RNG.uniform(1, 2, (30, 40))

    def f(x):
        mask = np.zeros(x.shape)
        mask[7, 11] = 1
        return (square(x) * (1 - mask) + wrong_square(x) * mask).sum()

    with pytest.raises(GradcheckError, match=r"derivative of f by x\[7, 11\]"):
        gradcheck(f, x, order=1)


def test_an_argument_inside_a_container_is_named():
    with pytest.raises(GradcheckError, match=re.escape("by weights['w'][1] at order 1")):
        gradcheck(lambda weights: square(weights["w"][0]) + wrong_square(weights["w"][1]), {"w": [1.0, 2.0]})
    with pytest.raises(GradcheckError, match=re.escape("by xs[1] at order 1")):
        gradcheck(lambda *xs: square(xs[0]) + wrong_square(xs[1]), 1.0, 2.0)


def test_one_of_many_results_is_named():
    with pytest.raises(GradcheckError, match=re.escape("derivative of result 1 of f[0, 1] by x[1]")):
        gradcheck(lambda x: (square(x), wrong_square(x).reshape(1, 2)), np.array([0.0, 3.0]))


def test_a_derivative_wrong_at_order_2_only():
    gradcheck(cut_square, 1.5, order=1)
    with pytest.raises(GradcheckError, match=r"derivative of order 2, mode rev, by x and along a random") as caught:
        gradcheck(cut_square, 1.5)
    assert caught.value.order == 2
    assert caught.value.argument == "x"


def test_forward_mode():
    @primitive(x=lambda g, x: 2 * g * x, forward={"x": lambda t, x: t * x})
    def wrong_forward(x):
        "x², with a wrong rule for forward mode."
        return x * x

    gradcheck(wrong_forward, np.full((1, 2), 1.5), modes=["rev"], order=3)
    with pytest.raises(GradcheckError, match=r"derivative of f\[0, 1\] by x\[0, 1\] at order 1, mode fwd") as caught:
        gradcheck(lambda x: wrong_forward(x) * np.array([0.0, 1.0]), np.full((1, 2), 1.5))
    assert caught.value.mode == "fwd"

    @primitive(x=lambda g, x: g * wrong_forward(x))
    def third_of_cube(x):
        "x³/3, whose derivative is wrong in forward mode."
        return x * x * x / 3

    gradcheck(third_of_cube, 1.5, modes=["rev"])
    with pytest.raises(GradcheckError, match=r"derivative of order 2, mode fwd, by x and along"):
        gradcheck(third_of_cube, 1.5)


def test_a_lost_gradient_is_found():
    with pytest.raises(GradcheckError, match=r"analytic 0, numeric 2"):
        gradcheck(lambda x: square(x.detach()), 1.0)


def test_kinks():
    with pytest.raises(GradcheckError, match=r"not differentiable here: f\[1\] has a kink or a jump in x\[1\] = 0"):
        gradcheck(absolute, np.array([1.0, 0.0, 2.0]))
    x = RNG.uniform(1, 2, (20, 20))
    x[3, 3] = 0
    with pytest.raises(GradcheckError, match=r"not differentiable here: .* in x\[3, 3\] = 0"):
        gradcheck(lambda x: absolute(x).sum(), x)
    gradcheck(signed_square, 0.0, order=1)
    with pytest.raises(
        GradcheckError, match=r"not differentiable here 2 times: the derivative of order 1 by x has a kink"
    ):
        gradcheck(signed_square, 0.0)


def test_beside_a_kink_all_is_well():
    gradcheck(absolute, np.array([5e-4, -1.5e-3, 0.1]))


def test_curvature_is_no_kink():
    gradcheck(lambda x: 1e4 * x * x + x**4, 0.0, order=3)


def test_not_finite():
    with pytest.raises(GradcheckError, match=r"f\[1\] is nan"):
        gradcheck(lambda x: x * np.array([1.0, np.nan]), np.ones(2))
    with np.errstate(all="ignore"), pytest.raises(GradcheckError, match=r"the derivative of order 1 by x\[0\] is inf"):
        gradcheck(divided, np.zeros(1))


def test_float32_is_checked_in_float64_with_a_warning():
    with pytest.warns(PrecisionWarning, match=r"checked in float64 instead: x \(float32\)$"):
        gradcheck(lambda x, y: x * y, np.ones(2, np.float32), 2.0)


def test_float32_inside_is_refused():
    with pytest.raises(GradcheckError, match=r"result 0 of f is float32 although all inputs are float64"):
        gradcheck(lambda x: autograd.astype(x, "float32"), 1.0)


def test_params_are_varied_and_restored():
    w = tensor([[1.0, 2.0]], requires_grad=True)
    b = tensor(np.ones(2))
    before = w.data
    with pytest.warns(PrecisionWarning, match=r"weight \(float32\)$"):
        gradcheck(lambda x: square(x * w) + b, np.ones((3, 1)), params={"weight": w, "bias": b})
    assert w.data is before
    assert (w.dtype, w.requires_grad, w.grad, b.requires_grad) == (np.float32, True, None, False)
    with pytest.warns(PrecisionWarning), pytest.raises(GradcheckError, match=r"by weight\[0, 1\] at order 1"):
        gradcheck(lambda: wrong_square(w * np.array([0.0, 1.0])), params={"weight": w})
    assert w.data is before


def test_integers_are_constants():
    gradcheck(lambda x, n: x**n, 1.5, 3)
    with pytest.raises(ValueError, match=r"no input is floating; write 2.0 instead of 2"):
        gradcheck(square, 2)
    with pytest.raises(ValueError, match=r"f returns nothing floating"):
        gradcheck(lambda x: 1, 2.0)


def test_random_functions_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"other results when called again; seed its random draws"):
        gradcheck(lambda x: x * rng.normal(), 2.0)


def test_complex_step():
    @primitive(x=lambda g, x: (2 + 1e-9) * g * x)
    def nearly_square(x):
        "x², with a rule right to nine digits."
        return x * x

    gradcheck(nearly_square, 1.5, complex_step=False)
    for choice in (None, True):
        with pytest.raises(GradcheckError, match=r"complex step"):
            gradcheck(nearly_square, 1.5, complex_step=choice)
    with pytest.raises(ValueError, match=r"gives real results for complex inputs; leave complex_step out"):
        gradcheck(absolute, 1.5, complex_step=True)
    gradcheck(absolute, 1.5)


def test_arguments_are_checked():
    with pytest.raises(ValueError, match=r"order must be at least 1, got 0"):
        gradcheck(square, 1.0, order=0)
    with pytest.raises(ValueError, match=r"modes must be some of 'rev' and 'fwd', got \('backward',\)"):
        gradcheck(square, 1.0, modes=("backward",))


def test_a_seed_gives_the_same_report():
    texts = []
    for _ in range(2):
        with pytest.raises(GradcheckError) as caught:
            gradcheck(cut_square, np.full(3, 1.5), seed=5)
        texts.append(str(caught.value))
    assert texts[0] == texts[1]


# --- complex numbers --------------------------------------------------------------------------------------------------

Z = np.array([1 + 2j, -0.5 + 0.3j])


@pytest.mark.parametrize(
    "f",
    [
        lambda z: np.exp(z) * z,
        lambda z: abs(z) ** 2,
        lambda z: z * np.conj(z) + z.imag * 1j,
        lambda z: np.exp(1j * z.real).sum() * z,
    ],
)
def test_complex_inputs_and_results(f):
    gradcheck(f, Z, order=3)
    gradcheck(lambda x: np.exp(1j * x), 0.5)
    gradcheck(f, 1 + 2j)


@primitive(x=lambda g: g, elementwise=True)
def conjugated_wrongly(x):
    """The conjugate with the rule of the identity: right by real parts, wrong by imaginary ones."""
    return np.conj(x)


def test_wrong_by_imaginary_parts_is_wrong():
    with pytest.raises(
        GradcheckError, match=r"derivative of f\[1\] by z\[1\].* mode rev: analytic .*numeric"
    ) as caught:
        gradcheck(lambda z: conjugated_wrongly(z) * np.array([0, 1]), Z)
    assert caught.value.direction[0].tolist() == [0, 1j]
    assert (caught.value.analytic, caught.value.numeric) == (1j, pytest.approx(-1j))
    with pytest.raises(GradcheckError, match="mode fwd"):
        gradcheck(conjugated_wrongly, Z, modes=["fwd"])
    with pytest.raises(ValueError, match="complex steps need real inputs"):
        gradcheck(np.exp, Z, complex_step=True)
    with pytest.warns(PrecisionWarning, match="complex64"):
        gradcheck(np.exp, Z.astype(np.complex64))
