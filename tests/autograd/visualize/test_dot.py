"""Pictures of the graph: what they say, how they fold, and that they come out with and without Graphviz."""

import re
import shutil
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd
import nn
from autograd.visualize import Picture, dot
from autograd.visualize.folding import READABLE
from autograd.visualize.layout import place
from autograd.visualize.scene import summary

graphviz = pytest.importorskip("graphviz")
NASTY = ("</script><b>", '"]; a -> b', "<b>", "\\N \\l", "a\x00b", "\ud800", "&amp; <!-- ]]>", "{x|y}")
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz's dot program")


def neuron():
    x = autograd.tensor(3.0, name="x")
    w = autograd.tensor(2.0, requires_grad=True, name="w")
    b = autograd.tensor(1.0, requires_grad=True, name="b")
    u = w * x
    u.name = "u"
    v = u + b
    v.name = "v"
    return autograd.tanh(v)


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = nn.Linear(width, width)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.inner(x)) + x


class Deep(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.blocks = nn.Sequential(*[Residual(4) for _ in range(blocks)])
        self.last = nn.Linear(4, 2)

    def forward(self, x):
        return self.last(self.blocks(self.first(x))).sum()


X = np.linspace(-1.0, 1.0, 6, dtype=np.float32).reshape(2, 3)


def lines(picture, role):
    return [box.lines for box in picture.scene.boxes if box.role == role]


def edges(picture):
    return [(a.tail, a.head) for a in picture.scene.arrows]


@pytest.fixture
def without_dot(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert shutil.which("dot") is None


# --- what it says -----------------------------------------------------------------------------------------------------


def test_values_names_and_local_derivatives_of_scalars():
    text = dot(neuron()).source
    assert "x\nvalue 3" in text
    assert "w\nvalue 2" in text
    assert "u = w · x\nvalue 6" in text
    assert "v = u + b\nvalue 7" in text
    assert text.count("∂ = 1 ") == 2
    assert "∂ = 3 " in text


def test_the_graph_of_c_is_a_plus_b_and_e_is_c_times_d():
    def f(a, b, d):
        c = a + b
        e = c * d
        return e  # noqa: RET504 (it gives the result its name)

    picture = dot(f, 2.0, 1.0, 4.0)
    assert {(a.tail, a.head, a.label) for a in picture.scene.arrows} == {
        ("n0", "n3", "∂ = 1"),
        ("n1", "n3", "∂ = 1"),
        ("n3", "n4", "∂ = 4"),
        ("n2", "n4", "∂ = 3"),
    }
    assert lines(picture, "operation") == [["c = a + b", "value 3", "grad 4"]]
    assert lines(picture, "output") == [["e = c · d", "value 12", "grad 1"]]


def test_says_that_there_is_no_gradient_before_backward_and_shows_it_after():
    a = neuron()
    assert dot(a).source.count("no gradient yet") == 5
    assert "grad 0" not in dot(a).source
    a.backward()
    text = dot(a).source
    assert "no gradient yet" not in text
    assert f"b\nvalue 1\ngrad {summary(np.float32(1 - np.tanh(np.float32(7)) ** 2))}" in text
    assert "a = tanh(v)\nvalue 1\ngrad 1" in text


def test_gradients_can_be_computed_or_left_out():
    w = autograd.tensor([1.0, 2.0], requires_grad=True, name="w")
    loss = (w * w).sum()
    assert "grad [2, 4]" in dot(loss, gradients=True).source
    assert w.grad is None
    assert "grad" not in dot(loss, gradients=False).source
    assert "value" not in dot(loss, values=False).source


def test_inner_gradients_are_shown_after_backward_only_if_they_are_of_the_same_output():
    w = autograd.tensor([1.0, 2.0], requires_grad=True, name="w")
    inner = w * 3.0
    squares = inner * inner
    loss = squares.sum()
    loss.backward(retain_graph=True)
    assert "grad [6, 12]" in dot(loss).source  # ∂loss/∂inner
    of_inner = dot(inner).source
    assert "grad [18, 36]" in of_inner  # what backward() has left in w
    assert "grad [1, 1]" not in of_inner


def test_roles_have_their_shapes_and_colours():
    source = dot(lambda w: autograd.tanh(w * autograd.tensor([1.0, 2.0], name="x") + np.ones(2)), 0.5).source

    def style(name):
        return re.search(rf'\[label="{name}.*?\]\n\t(?=n|\}})', source, re.DOTALL)[0]

    assert "shape=box" in style("w")
    assert "#ffe3c2" in style("w")
    assert "shape=ellipse" in style("x")
    assert "#dff0d8" in style("x")
    assert "rounded" in style("v₁")
    assert "peripheries" not in style("v₁")
    assert "dashed" in style("value \\[1, 1")
    assert "peripheries=2" in style("L")


def test_large_tensors_are_summarised_and_small_ones_written_out():
    w = autograd.tensor(np.linspace(0.0, 1.0, 100).reshape(4, 25), requires_grad=True, name="w")
    assert "4×25 float64\nmin 0, mean 0.5, max 1" in dot(w * 2.0).source
    assert summary(np.arange(6.0).reshape(2, 3)) == "[[0, 1, 2], [3, 4, 5]]"
    assert summary(np.zeros((0, 3))) == "0×3 float64"
    assert summary(np.array([True, False])) == "[True, False]"
    assert summary(np.full(100, np.nan)) == "100 float64, min nan, mean nan, max nan"


def test_array_graphs_say_how_the_adjoint_is_passed_on():
    picture = dot(lambda x, w: (x @ w).sum(), np.ones((2, 3)), np.ones((3, 2)))
    labels = {a.label for a in picture.scene.arrows}
    assert {"g ↦ g @ wᵀ", "g ↦ xᵀ @ g"} <= labels


def test_a_shared_operand_is_one_box_with_two_edges():
    w = autograd.tensor(3.0, requires_grad=True, name="w")
    picture = dot(w * w)
    assert [box.lines[0] for box in picture.scene.boxes] == ["w", "L = w · w"]
    assert picture.source.count("->") == 2


def test_nothing_is_disturbed():
    a = neuron()
    a.visualize(backward=True)
    assert dot(a).source.count("no gradient yet") == 5
    a.backward()


def test_refuses_what_was_not_recorded_and_options_that_mean_nothing():
    assert isinstance(neuron().visualize(rankdir="TB"), Picture)
    with pytest.raises(ValueError, match="was not recorded"):
        autograd.tensor(1.0).visualize()
    with pytest.raises(ValueError, match="rankdir must be"):
        dot(neuron(), rankdir="sideways")
    with pytest.raises(ValueError, match="depth is the number of levels"):
        dot(neuron(), depth=-1)
    with pytest.raises(TypeError, match="a Tensor or a function"):
        dot(3.0)


# --- escaping ---------------------------------------------------------------------------------------------------------


def shown_texts(svg):
    root = ElementTree.fromstring(svg)
    return [" ".join("".join(e.itertext()).split()) for e in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("name", NASTY)
def test_names_do_no_harm(name, monkeypatch):
    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.add_module(name.replace(".", ""), nn.Linear(3, 1))

        def forward(self, x):
            return next(self.children())(x).sum()

    w = autograd.tensor(2.0, requires_grad=True, name=name)
    plain = autograd.tensor(2.0, requires_grad=True, name="plain")

    def statements(source):
        return len(re.findall("->", re.sub(r'"(\\.|[^"\\])*"', "", source)))

    assert statements(dot(w * 3.0).source) == statements(dot(plain * 3.0).source) == 1
    for path in (None, ""):
        if path is not None:
            monkeypatch.setenv("PATH", path)
        for picture in (dot(w * 3.0), dot(Odd(), X, depth=9)):
            drawn = ElementTree.fromstring(picture.svg())
            tags = {e.tag.split("}")[1] for e in drawn.iter()}
            assert tags <= {
                "svg",
                "g",
                "title",
                "defs",
                "marker",
                "path",
                "rect",
                "ellipse",
                "text",
                "tspan",
                "polygon",
            }
    visible = re.sub("[\x00\ud800]", "", name)
    if visible == name:
        assert any(" ".join(name.split()) in text for text in shown_texts(dot(w * 3.0).svg()))


# --- folding ----------------------------------------------------------------------------------------------------------


def test_depth_opens_modules_level_by_level():
    model = Deep(3)
    outermost = dot(model, X, depth=0)
    assert [box.lines[0] for box in outermost.scene.boxes] == ["x", "Deep"]
    assert len(edges(outermost)) == 1
    one = dot(model, X, depth=1)
    assert [box.lines[0] for box in one.scene.boxes if box.role == "module"] == ["first", "blocks", "last"]
    assert len([t for t in one.scene.root.parts if hasattr(t, "parts")]) == 1
    assert "label=Deep" in one.source
    assert "cluster_" in one.source
    everything = dot(model, X, depth=9)
    assert not lines(everything, "module")
    assert len(everything.scene.boxes) == 1 + 5 * 3 + 3 * 2 + 1
    assert everything.source.count("subgraph cluster_") == 1 + 2 + 1 + 3 * 2


def test_folded_modules_tell_what_is_inside():
    (box,) = [b for b in dot(Deep(1), X, depth=1).scene.boxes if b.lines[0] == "first"]
    assert box.lines[1:4] == ["affine", "16 parameters", "→ 2×4"]
    assert box.lines[4].startswith("grad, norm ")


def test_a_module_called_twice_has_two_frames_and_its_parameters_stand_outside():
    shared = nn.Linear(3, 3)

    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = shared

        def forward(self, x):
            return self.inner(autograd.tanh(self.inner(x))).sum()

    picture = dot(Twice(), X, depth=9)
    assert len(lines(picture, "parameter")) == 3
    assert len([h for t, h in edges(picture) if t == "n0"]) == 2


def test_repeated_blocks_are_rolled_up():
    model = Deep(18)
    rolled = dot(model, X, depth=2, roll=True)
    assert [box.lines[0] for box in rolled.scene.boxes if "×18" in box.lines[0]] == ["0 … 17 ×18"]
    assert len(rolled.scene.boxes) < 12
    opened = dot(model, X, depth=9, roll=True)
    assert 'label="0 … 17 ×18"' in opened.source
    assert len(opened.scene.boxes) == 1 + 3 * 3 + 2 + 1
    tails = {t for t, _ in edges(opened)}
    outputs = [box.key for box in opened.scene.boxes if box.role == "output"]
    assert all(box.key in tails for box in opened.scene.boxes if box.key not in outputs)
    apart = dot(model, X, depth=9, roll=False)
    assert "×18" not in apart.source
    assert all("grad" not in line for box in rolled.scene.boxes if "×18" in box.lines[0] for line in box.lines)
    assert len(apart.scene.boxes) == 1 + 20 * 3 + 18 * 2 + 1


def test_the_steps_of_a_recurrent_network_are_rolled_up():
    class Loop(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = nn.Linear(3, 3)

        def forward(self, xs):
            h = np.zeros((2, 3), np.float32)
            for k in range(18):
                h = autograd.tanh(self.cell(h) + xs[k])
            return h.sum()

    assert re.search("×1[78]", dot(Loop(), np.ones((18, 2, 3), np.float32)).source)


def test_calls_with_several_results_stay_in_their_module():
    class Halves(nn.Module):
        def forward(self, x):
            a, b = autograd.split(x, 2, 1)
            return autograd.tanh(a) * b

    picture = dot(lambda x: Halves()(x).sum(), np.ones((2, 4)), depth=0)
    assert [box.role for box in picture.scene.boxes] == ["parameter", "module", "output"]


def test_small_pictures_run_to_the_right_and_large_ones_down():
    assert dot(neuron()).scene.rankdir == "LR"
    assert dot(Deep(4), X, depth=9).scene.rankdir == "TB"
    assert dot(neuron(), rankdir="BT").scene.rankdir == "BT"


def test_blocks_that_differ_are_not_rolled_up():
    class Growing(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(*[nn.Linear(n, n + 1) for n in range(3, 12)])

        def forward(self, x):
            return self.blocks(x).sum()

    assert not [b for b in dot(Growing(), X, depth=2, roll=True).scene.boxes if "×" in b.lines[0]]


def test_repetitions_without_modules_are_rolled_up_too():
    def chain(x):
        for _ in range(1500):
            x = autograd.tanh(x * 1.01)
        return x

    picture = dot(chain, 0.5)
    assert len(picture.scene.boxes) <= READABLE
    assert "×" in picture.source
    assert re.search(r"×1[45]\d\d", picture.source)


def test_3000_different_operations_stay_readable_and_quick(without_dot):
    rng = np.random.default_rng(0)
    pick = rng.integers(0, 3, 3000)

    def irregular(x):
        y = x
        for k in pick:
            y = (autograd.tanh(y), y * x, y + x)[k]
        return y

    picture = dot(irregular, 0.5)
    assert len(picture.scene.boxes) <= READABLE
    assert picture.svg().startswith("<svg")
    assert dot(irregular, 0.5, depth=0).depth == 0


def test_the_default_depth_is_the_largest_that_can_be_read():
    model = Deep(30)
    picture = dot(model, X, roll=False)
    assert len(picture.scene.boxes) <= READABLE
    assert len(dot(model, X, roll=False, depth=picture.depth + 1).scene.boxes) > READABLE


# --- the backward pass ------------------------------------------------------------------------------------------------


def test_the_backward_pass_can_be_drawn():
    x = autograd.tensor(3.0, name="x")
    w = autograd.tensor(2.0, requires_grad=True, name="w")
    picture = dot(w * w * x, backward=True)
    gradients = lines(picture, "gradient")
    assert len(gradients) == 1
    assert gradients[0][0].startswith("∂L/∂w = ")
    assert gradients[0][1] == "value 12"
    assert ["∂L/∂L", "value 1"] in lines(picture, "backward")
    assert "label=backward" in picture.source
    faint = [a for a in picture.scene.arrows if a.faint]
    assert {a.tail for a in faint} <= {
        box.key for box in picture.scene.boxes if box.role in ("input", "parameter", "operation")
    }
    assert w.grad is None


def test_gradients_in_the_backward_pass_are_those_of_backward():
    model = Deep(2)
    picture = dot(model, X, backward=True, depth=9)
    model(X).backward()
    for p in model.parameters():
        assert any(lines_[1:] == _value_lines(p.grad.data) for lines_ in lines(picture, "gradient")), p.shape


def _value_lines(value):
    head, *rest = summary(value).split(", min ")
    return [f"value {head}", *[f"min {part}" for part in rest]]


def test_the_backward_pass_of_a_released_graph_is_refused():
    a = neuron()
    a.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        dot(a, backward=True)


def test_hooks_do_not_run():
    w = autograd.tensor(2.0, requires_grad=True)
    seen = []
    w.register_hook(lambda g: seen.append(g))
    dot(w * w, backward=True)
    assert not seen


# --- files ------------------------------------------------------------------------------------------------------------

MAGIC = {"svg": b"<?xml", "png": b"\x89PNG\r\n", "pdf": b"%PDF-", "dot": b"digraph"}


@needs_dot
@pytest.mark.parametrize("kind", MAGIC)
def test_saves_with_graphviz(kind, tmp_path):
    assert dot(neuron()).save(tmp_path / f"g.{kind}").read_bytes().startswith(MAGIC[kind])
    assert [p.name for p in tmp_path.iterdir()] == [f"g.{kind}"]


@pytest.mark.parametrize("kind", MAGIC)
def test_saves_without_graphviz(kind, tmp_path, without_dot):
    picture = dot(Deep(1), X, backward=True)
    assert picture.save(str(tmp_path / f"g.{kind.upper()}")).read_bytes().startswith(MAGIC[kind])


def test_png_without_graphviz_and_matplotlib_names_the_way_out(tmp_path, without_dot, monkeypatch):
    import sys

    monkeypatch.delitem(sys.modules, "autograd.visualize.painting", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(RuntimeError, match=r"save\('….svg'\) works without"):
        dot(neuron()).save(tmp_path / "g.png")
    assert not list(tmp_path.iterdir())
    dot(neuron()).save(tmp_path / "g.svg")


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.svg, \.png, \.pdf or \.dot"):
        dot(neuron()).save(tmp_path / "g.gif")


def test_shows_itself_in_jupyter(without_dot):
    picture = dot(neuron())
    assert picture._repr_svg_().startswith("<svg")
    bundle = picture._repr_mimebundle_()
    assert bundle["image/svg+xml"] == picture.svg()
    assert bundle["text/plain"] == repr(picture) == "<picture of 6 boxes>"
    assert str(picture) == picture.source
    assert isinstance(picture.digraph, graphviz.Digraph)


@needs_dot
def test_a_layout_that_takes_too_long_is_folded(monkeypatch):
    import subprocess

    limits = []
    run = subprocess.run

    def slow(command, **options):
        limits.append(options["timeout"])
        if len(limits) == 1:
            raise subprocess.TimeoutExpired(command, options["timeout"])
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", slow)
    picture = dot(Deep(2), X, depth=3)
    with pytest.warns(UserWarning, match="took Graphviz more than 20 s: modules are open to depth 2 now"):
        assert "</svg>" in picture.svg()
    assert picture.depth == 2


# --- the layout in Python ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grandalf", [True, False])
@pytest.mark.parametrize("rankdir", ["LR", "TB", "RL", "BT"])
def test_boxes_do_not_overlap_and_arrows_join_them(rankdir, grandalf, monkeypatch):
    import sys

    if not grandalf:
        monkeypatch.setitem(sys.modules, "grandalf.graphs", None)
    scene = dot(Deep(3), X, depth=9, rankdir=rankdir, backward=True).scene
    drawing = place(scene)
    rects = [r for _, r in drawing.boxes]
    assert len(rects) == len(scene.boxes)
    for k, a in enumerate(rects):
        assert a.x >= 0
        assert a.x + a.w <= drawing.width
        assert a.y >= 0
        assert a.y + a.h <= drawing.height
        for b in rects[:k]:
            assert a.x + a.w <= b.x or b.x + b.w <= a.x or a.y + a.h <= b.y or b.y + b.h <= a.y
    at = {box.key: r for box, r in drawing.boxes}
    forward = {"LR": (1, 0), "TB": (0, 1), "RL": (-1, 0), "BT": (0, -1)}[rankdir]
    for arrow, points, _ in drawing.arrows:
        for key, (x, y) in ((arrow.tail, points[0]), (arrow.head, points[-1])):
            r = at[key]
            assert r.x - 1 <= x <= r.x + r.w + 1
            assert r.y - 1 <= y <= r.y + r.h + 1
        assert all(-1 <= x <= drawing.width + 1 and -1 <= y <= drawing.height + 1 for x, y in points)
        way = (points[-1][0] - points[0][0]) * forward[0] + (points[-1][1] - points[0][1]) * forward[1]
        assert way > 0


def test_the_package_is_asked_for_by_name(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r"chalkgrad\[viz\]"):
        dot(neuron())
