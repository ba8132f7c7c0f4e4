"""Pictures: what is in them, where they are drawn, that they disturb nothing, how they refuse."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
import nn.plots
import nn.training
import optim

matplotlib = pytest.importorskip("matplotlib")
from matplotlib import pyplot as plt  # noqa: E402

plots = nn.plots
rng = np.random.default_rng(0)
IMAGES = rng.uniform(size=(3, 1, 8, 8))


def small_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(), nn.Linear(144, 3)
    )


def recorded(steps=4):
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    with nn.interpret.Recorder(model, optimizer) as recorder:
        for _ in range(steps):
            optimizer.zero_grad()
            model(np.ones((5, 4))).square().mean().backward()
            optimizer.step()
    return recorder


def bowl():
    return nn.interpret.function_surface(lambda w, b: w * w + 3 * b * b, (-2, 2), (-1, 1), 21)


ONE = {
    "activation_function": lambda ax: plots.activation_function("relu", ax),
    "confusion_matrix": lambda ax: plots.confusion_matrix([[3, 1], [0, 2]], ax, labels=["cat", "dog"]),
    "dead_units": lambda ax: plots.dead_units(recorded(), None, ax),
    "decision_boundary": lambda ax: plots.decision_boundary(nn.Linear(2, 3), IMAGES[0, 0, :, :2], [0, 1] * 4, ax),
    "feature_maps": lambda ax: plots.feature_maps(small_cnn(), IMAGES, "2", ax),
    "filters": lambda ax: plots.filters(small_cnn(), "0", ax),
    "grad_cam": lambda ax: plots.grad_cam(small_cnn(), IMAGES, "0", 1, ax),
    "gradient_flow": lambda ax: plots.gradient_flow(m := small_cnn(), m(IMAGES).square().sum(), ax),
    "image": lambda ax: plots.image(IMAGES[0], ax),
    "integrated_gradients": lambda ax: plots.integrated_gradients(small_cnn(), IMAGES, 1, ax, steps=3),
    "saliency": lambda ax: plots.saliency(small_cnn(), IMAGES, None, ax, example=-1),
    "surface_contour": lambda ax: plots.surface_contour(bowl(), {"a": [[1, 1], [0, 0]]}, ax),
    "update_ratios": lambda ax: plots.update_ratios(recorded(), None, ax),
}
MANY = {
    "activation_functions": lambda ax: plots.activation_functions(["relu", "tanh"], ax),
    "attention_maps": lambda ax: plots.attention_maps(np.full((2, 3, 4), 0.25), list("abc"), list("wxyz"), ax),
    "histograms": lambda ax: plots.histograms(recorded(), "gradients", None, ax),
    "learning_curves": lambda ax: plots.learning_curves({"loss": [1.0, 0.5], "accuracy": [0.1, 0.5]}, ax),
}


def test_every_public_function_is_tested():
    assert {*ONE, *MANY, "surface_3d"} == set(plots.__all__)


@pytest.mark.parametrize("name", ONE)
def test_draws_into_the_axes_given_or_new_ones(name, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("a window was opened"))
    _, given = plt.subplots()
    assert ONE[name](given) is given
    drawn = ONE[name](None)
    assert drawn is not given
    assert drawn.get_title() or drawn.get_xlabel() or name == "image"
    drawn.figure.canvas.draw()


@pytest.mark.parametrize("name", MANY)
def test_draws_into_several_axes(name):
    _, given = plt.subplots(1, 2)
    assert list(MANY[name](given)) == list(given)
    new = MANY[name](None)
    assert new.shape == (2,)
    new[0].figure.canvas.draw()
    with pytest.raises(ValueError, match="ax holds 1 Axes for 2 pictures"):
        MANY[name](given[0])


@pytest.mark.parametrize("paths", [None, {"a": [[1, 1], [0, 0], [9, 9]]}])
def test_surface_in_three_dimensions(paths):
    _, given = plt.subplots(subplot_kw={"projection": "3d"})
    assert plots.surface_3d(bowl(), paths, given) is given
    given.figure.canvas.draw()


@pytest.mark.parametrize("name", ["feature_maps", "grad_cam", "saliency", "integrated_gradients"])
@pytest.mark.parametrize("failing", [False, True])
def test_models_are_left_as_they_were(name, failing):
    model = small_cnn()
    model(IMAGES).sum().backward()
    grads = [p.grad for p in model.parameters()]
    before = [t.data.copy() for t in model.state_dict().values()]
    random = autograd.get_rng_state()
    arguments = {"grad_cam": ("0",), "feature_maps": ("0",)}.get(name, ())
    if failing:
        with pytest.raises((RuntimeError, ValueError)):
            getattr(plots, name)(model, IMAGES[:, :, :7], *arguments)
    else:
        getattr(plots, name)(model, IMAGES, *arguments)
    assert all(m.training for m in model.modules())
    assert all(p.grad is g for p, g in zip(model.parameters(), grads))
    for t, old in zip(model.state_dict().values(), before):
        np.testing.assert_array_equal(t.data, old)
    assert autograd.get_rng_state() == random
    assert all(m._hooks is None for m in model.modules())


# --- what is in the pictures ------------------------------------------------------------------------------------------


def test_learning_curves_show_the_history():
    history = nn.training.History(loss=[0.9, 0.4], accuracy=[0.5, 0.8], val_loss=[1.0, 0.6], val_accuracy=[0.4, 0.7])
    loss, accuracy = plots.learning_curves(history)
    assert [list(line.get_ydata()) for line in loss.lines] == [[0.9, 0.4], [1.0, 0.6]]
    assert [text.get_text() for text in accuracy.get_legend().get_texts()] == ["training data", "validation data"]
    assert loss.get_ylim()[0] == 0
    assert plots.learning_curves({"log_likelihood": [-3.0, -1.0]})[0].get_title() == "log likelihood"


def test_gradient_flow_shows_means_and_maxima():
    model = nn.Linear(2, 1)
    ax = plots.gradient_flow(model, (model(np.array([[1.0, 0.0]])) * 0.5).sum())
    assert [bar.get_height() for bar in ax.patches] == [0.5, 0.5, 0.25, 0.5]
    assert ax.get_yscale() == "log"
    model(np.array([[1.0, 0.0]])).sum().backward()
    model.weight.grad = autograd.zeros((1, 2))
    assert [line.get_label() for line in plots.gradient_flow(model).lines] == ["all zero"]


def test_histograms_hold_all_mass_at_each_step():
    recorder = recorded(5)
    axes = plots.histograms(recorder, names=["0.weight", "2.bias"])
    assert [ax.get_title() for ax in axes] == ["0.weight", "2.bias"]
    shades = axes[0].collections[0].get_array()
    np.testing.assert_allclose((shades**2).reshape(-1, 5).sum(0), 1)
    assert [ax.get_title() for ax in plots.histograms(recorder, "activations")] == ["0", "1", "2"]
    recorder.gradients["0.weight"] = [(1, nn.interpret.Histogram.of(np.full(3, np.nan), 8))]
    (ax,) = plots.histograms(recorder, "gradients", "0.weight")
    assert ax.texts[0].get_text() == "no finite numbers"


def test_ratios_and_dead_units_over_the_steps():
    recorder = recorded(3)
    lines = plots.update_ratios(recorder).lines
    assert [line.get_label() for line in lines] == ["1e-3", "0.weight", "2.weight"]
    assert list(lines[1].get_ydata()) == [r for _, r in recorder.ratios["0.weight"]]
    (line,) = plots.dead_units(recorder).lines
    assert (line.get_label(), list(line.get_xdata())) == ("1", [1, 2, 3])


def test_boundary_runs_between_the_classes():
    ax = plots.decision_boundary(lambda p: p[:, 0] - 0.25, bounds=(-1, 1, -1, 1))
    boundary = ax.collections[-1].get_paths()[0].vertices
    np.testing.assert_allclose(boundary[:, 0], 0.25, atol=1e-12)
    points = np.array([[0.0, 0], [1, 1], [2, 0]])
    ax = plots.decision_boundary(lambda p: p[:, 0] > 0.5, points, np.array([False, True, True]))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["False", "True"]
    assert ax.get_xlim() == (-0.24, 2.24)
    ax = plots.decision_boundary(lambda p: p[:, 0] - 0.5, points, [-1, 1, 1])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["-1", "1"]
    one = plots.decision_boundary(lambda p: np.zeros(len(p), int), points[:1], [3])
    assert one.get_xlim() == (-1, 1)


def test_four_ways_of_gradient_descent_on_one_surface():
    x = rng.normal(size=24)
    y = 1.5 * x - 0.5 + 0.3 * rng.normal(size=24)
    surface = nn.interpret.function_surface(lambda w, b: np.mean((w * x + b - y) ** 2) / 2, (-2, 3), (-2, 2), 25)
    paths = {}
    for name, size, shuffled in (
        ("batch", 24, False),
        ("on-line", 1, False),
        ("SGD", 1, True),
        ("mini-batch", 6, True),
    ):
        neuron = nn.Linear(1, 1, dtype=np.float64)
        neuron.load_state_dict({"weight": np.array([[-1.0]]), "bias": np.array([1.5])})
        optimizer = optim.SGD(neuron.parameters(), lr=0.2)
        path = [nn.interpret.parameter_vector(neuron)]
        for step in range(60):
            chosen = rng.choice(24, size, replace=False) if shuffled else np.arange(step * size, (step + 1) * size) % 24
            optimizer.zero_grad()
            (0.5 * (neuron(x[chosen, None])[:, 0] - y[chosen]).square().mean()).backward()
            optimizer.step()
            path.append(nn.interpret.parameter_vector(neuron))
        paths[name] = np.stack(path)
        assert surface.at(path[-1]) < 0.1 * surface.at(path[0])
    best = np.linalg.lstsq(np.stack([x, np.ones(24)], 1), y, rcond=None)[0]
    np.testing.assert_allclose(paths["batch"][-1], best, atol=1e-3)
    ax = plots.surface_contour(surface, paths, labels=("w", "b"))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(paths)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), paths["batch"])
    ax = plots.surface_3d(surface, paths)
    assert len(ax.get_legend().get_texts()) == 4


def test_contours_of_a_steep_loss_are_spaced_by_powers():
    surface = nn.interpret.function_surface(lambda w, b: np.exp(5 * (w + b)), (-1, 1), (-1, 1), 11)
    levels = plots.surface_contour(surface, levels=5).collections[0].levels
    np.testing.assert_allclose(levels[1:] / levels[:-1], np.exp(5))
    broken = nn.interpret.LossSurface(surface.x, surface.y, surface.values.copy(), surface.origin, surface.directions)
    broken.values[0, 0], broken.values[1, 1] = np.inf, np.nan
    plots.surface_contour(broken).figure.canvas.draw()
    flat = nn.interpret.function_surface(lambda w, b: 1.0, (-1, 1), (-1, 1), 3)
    plots.surface_contour(flat).figure.canvas.draw()


def test_filters_and_maps_of_all_kinds():
    for shape, title in (
        ((70, 1, 5, 5), "64 of 70 filters, 5×5"),
        ((2, 3, 3, 3), "2 filters, 3×3"),
        ((4, 2, 1, 1), "4"),
    ):
        assert plots.filters(rng.normal(size=shape)).get_title().startswith(title)
    sheet = plots.filters(np.zeros((2, 1, 3, 3))).images[0]
    assert sheet.get_clim() == (-1, 1)
    assert plots.feature_maps(small_cnn(), IMAGES, "0", example=2).get_title() == "layer 0: 4 maps, 6×6"


def test_activation_curves_are_not_joined_where_they_jump():
    value, slope = plots.activation_function("relu").lines[-2:]
    assert np.isnan(slope.get_ydata()).sum() == 1
    assert not np.isnan(value.get_ydata()).any()
    value, _ = plots.activation_function("sign").lines[-2:]
    assert set(value.get_ydata()[[399, 402]]) == {-1, 1}
    assert np.isnan(value.get_ydata()[[400, 401]]).all()
    for line in plots.activation_function(lambda x: autograd.tanh(30 * x)).lines[-2:]:
        assert not np.isnan(line.get_ydata()).any()


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.learning_curves(nn.training.History()), "the history is empty"),
        (lambda: plots.learning_curves(3), "wanted a History or lists by name, got int"),
        (lambda: plots.confusion_matrix([1, 2]), r"wanted counts \(classes, classes\), got shape \(2,\)"),
        (lambda: plots.image(np.ones(3)), r"wanted an image .* got shape \(3,\)"),
        (lambda: plots.image(IMAGES[0], ax=3), "ax must be one matplotlib Axes, got int"),
        (lambda: plots.filters(nn.ReLU()), "ReLU has no weight; pass the path"),
        (lambda: plots.filters(nn.Linear(2, 2)), r"wanted weights \(out, in, H, W\).* got shape \(2, 2\)"),
        (lambda: plots.filters(small_cnn(), "conv"), "no layer 'conv'; it has '0', '1'"),
        (lambda: plots.feature_maps(small_cnn(), IMAGES, "5"), r"layer '5' gave an output of shape \(3, 3\)"),
        (lambda: plots.feature_maps(small_cnn(), IMAGES, "0", example=3), "example 3 of 3"),
        (lambda: plots.saliency(small_cnn(), IMAGES, example=3), r"example 3 of inputs of shape \(3, 1, 8, 8\)"),
        (lambda: plots.saliency(nn.Linear(2, 2), np.ones((1, 2))), r"wanted images \(N, C, H, W\)"),
        (lambda: plots.attention_maps(np.ones((1, 2, 3, 3))), r"choose one example, weights\[0\]"),
        (lambda: plots.attention_maps(np.ones((3, 3)), list("ab")), r"2 queries for weights of shape \(3, 3\)"),
        (lambda: plots.activation_functions([]), "at least one"),
        (lambda: plots.decision_boundary(nn.Linear(2, 2), np.ones((4, 3))), r"points \(N, 2\), got shape \(4, 3\)"),
        (lambda: plots.decision_boundary(nn.Linear(2, 2), np.ones((4, 2)), [1]), "1 labels for 4 points"),
        (lambda: plots.decision_boundary(nn.Linear(5, 2)), r"Linear does not take points of shape \(M, 2\)"),
        (lambda: plots.surface_contour(bowl(), {"a": [[1, 2, 3]]}), r"path 'a' of shape \(1, 3\)"),
        (lambda: plots.surface_contour(bowl(), log=True), "not above 0 everywhere"),
        (lambda: plots.surface_contour(bowl(), levels=1), "levels must be at least 2"),
        (lambda: plots.surface_3d(bowl(), log=True), "not above 0 everywhere"),
        (lambda: plots.surface_3d(bowl(), ax=plt.figure().add_subplot()), "must have three dimensions"),
        (lambda: plots.histograms(recorded(), "weight"), "what must be one of 'weights', 'gradients', 'activations'"),
        (lambda: plots.histograms(recorded(), names="0.wight"), r"no '0.wight' \(did you mean '0.weight'\?\)"),
        (lambda: plots.update_ratios(recorded(0)), r"are empty: train inside of `with recorder:` first"),
        (lambda: plots.dead_units(recorded(), []), "names is empty"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_without_matplotlib_the_way_out_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for draw in (
        lambda: plots.image(IMAGES[0]),
        lambda: plots.activation_functions(),
        lambda: plots.surface_3d(bowl()),
    ):
        with pytest.raises(ImportError, match=r"pictures need matplotlib: pip install 'chalkgrad\[viz\]'"):
            draw()


def test_importing_nn_and_even_its_plots_does_not_import_matplotlib():
    code = (
        "import sys, nn; assert 'nn.plots' not in sys.modules; nn.plots.image; nn.interpret.saliency; "
        "assert not {'matplotlib', 'optim'} & set(sys.modules)"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
