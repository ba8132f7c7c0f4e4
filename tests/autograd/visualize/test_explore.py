"""The explorer page as data and as a file. How it behaves in a browser stands in test_page.py."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from autograd.visualize import explore, steps
from autograd.visualize.explore import page_data
from autograd.visualize.findings import findings
from autograd.visualize.pictures import Detail, detail_for, magnitude, picture, shrunk
from autograd.visualize.recording import UNKNOWN

ROOT = Path(__file__).parents[3]
BUNDLE = ROOT / "autograd" / "visualize" / "page" / "explorer.html"
NASTY = ("</script><b>", '"]; a -> b', "<!--<script>", "\u2028'\\", "&amp;", "\ud800")


def embedded(text):
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


def test_the_page_is_one_file_that_asks_for_nothing_else(tmp_path):
    page = explore(lambda x: autograd.tanh(x), 0.5, path=tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert text == page.html
    assert list(tmp_path.iterdir()) == [tmp_path / "page.html"]
    assert not re.search(r"""(src|href)\s*=\s*["'](?!data:)|@import|url\((?!data:|#)""", text)
    assert "default-src 'none'" in text
    assert "Permission is hereby granted, free of charge" in text


def test_the_data_says_what_the_steps_say():
    def neuron(w, x, b):
        return autograd.relu(w * x + b)

    data = embedded(explore(neuron, 2.0, 3.0, 1.0).html)
    assert data["title"] == "neuron"
    assert data["scalar"]
    assert [data["cells"][k]["formula"] for k in data["forward"]] == ["w · x", "v₁ + b", "relu(v₂)"]
    assert data["cells"][data["backward"][-1]]["passes"][0]["text"] == "∂L/∂w = g · x = 1 · 3 = 3"
    assert data["primitives"][0]["rules"] == {"x": "g · y", "y": "g · x"}
    assert data["sources"] == [f"visualize/test_explore.py:{neuron.__code__.co_firstlineno + 1}"]


@pytest.mark.parametrize("name", NASTY)
def test_names_do_no_harm(name):
    w = autograd.tensor(2.0, requires_grad=True, name=name)
    page = explore(w * 3.0, title=name)
    plain = explore(autograd.tensor(2.0, requires_grad=True, name="w") * 3.0)
    assert page.html.count("<script") == plain.html.count("<script")
    assert page.html.count("</script>") == plain.html.count("</script>")
    data = embedded(page.html)
    if name != "\ud800":
        assert data["cells"][0]["symbol"] == name
        assert f"<title>{html.escape(name)} · chalkgrad</title>" in page.html


def test_shows_itself_in_jupyter():
    page = explore(lambda x: x * 2, 1.0)
    frame = page._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts"' in frame
    assert html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == page.html


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    page = explore(lambda x: x * 2, 1.0)
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        page.save(tmp_path / "taken")
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_numbers_that_json_does_not_know():
    with np.errstate(all="ignore"):
        data = page_data(steps(lambda x: autograd.log(x), np.array([0.0, -1.0, np.inf])), "t")
    assert data["cells"][1]["value"]["numbers"] == ["-inf", "NaN", "inf"]
    json.dumps(data, allow_nan=False)


def test_resnet_sized_training_graphs_stay_small():
    blocks = [
        layer
        for _ in range(20)
        for layer in (nn.Conv2d(16, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
    ]
    model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), *blocks, nn.Flatten(), nn.Linear(16 * 256, 10))
    x = np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)
    page = explore(lambda: nn.functional.cross_entropy(model(x), np.array([1, 2])))
    assert len(page.steps.forward) > 60
    assert len(page.html.encode()) < 6e6


# --- pictures ---------------------------------------------------------------------------------------------------------

FULL = Detail(40, 9, 24)


def pixels(made):
    return np.frombuffer(base64.b64decode(made["pixels"]), np.uint8)


def test_small_arrays_are_given_in_full_and_large_ones_summarised():
    small = picture(np.arange(4.0).reshape(2, 2), FULL)
    assert small["numbers"] == [0.0, 1.0, 2.0, 3.0]
    large = picture(np.linspace(-1.0, 1.0, 10_001), FULL)
    assert (large["min"], large["max"], large["zero"], large["nan"]) == (-1.0, 1.0, 1, 0)
    assert large["mean"] == pytest.approx(0, abs=1e-12)
    assert large["rms"] == pytest.approx(3**-0.5, rel=1e-3)
    assert sum(large["bins"]) == 10_001
    assert max(large["heat"]["height"], large["heat"]["width"]) <= 40


def test_special_cases_of_pictures():
    assert picture(None, FULL) is None
    assert picture(UNKNOWN, FULL) == "lost"
    assert picture(np.float32(0.5), FULL) == 0.5
    assert picture(np.zeros((0, 3)), FULL) == {"shape": [0, 3], "dtype": "float64", "numbers": []}
    assert picture(np.full((30, 30), 2.0), FULL)["std"] == 0
    broken = picture(np.full((30, 30), np.nan), FULL)
    assert (broken["nan"], "min" in broken) == (900, False)
    assert set(pixels(broken["heat"])) == {0}
    assert picture(np.ones(100, bool), FULL)["mean"] == 1.0
    assert picture(np.full(100, 1 + 2j), FULL)["numbers"][0] == "1+2j"
    assert "heat" not in picture(np.zeros((30, 30)), detail_for(5000))


@pytest.mark.parametrize(
    ("shape", "count", "colours"),
    [((8, 3, 20, 20), 1, 3), ((8, 16, 20, 20), 9, 1), ((6, 3, 5, 5), 6, 3), ((6, 4, 3, 3), 6, 1), ((4, 9, 9), 4, 1)],
)
def test_images_and_filters(shape, count, colours):
    made = picture(np.random.default_rng(0).normal(size=shape), FULL)["images"]
    assert (made["count"], made["colours"]) == (count, colours)
    assert pixels(made).size == count * colours * made["height"] * made["width"]
    assert (pixels(made).min(), pixels(made).max()) == (1, 255)


def test_shrinking_averages_blocks_of_unequal_size():
    np.testing.assert_allclose(shrunk(np.arange(5.0)[None], 2), [[0.5, 3.0]])


def test_magnitudes():
    assert magnitude(np.array([3.0, -4.0])) == pytest.approx(12.5**0.5)
    assert magnitude(np.full(4, 1e30, np.float32)) == pytest.approx(1e30, rel=1e-6)
    assert magnitude(np.zeros(0)) is None
    assert magnitude(-2.0) == 2.0


# --- findings ---------------------------------------------------------------------------------------------------------


def test_finds_where_the_first_nan_is_born():
    def broken(x):
        y = autograd.log(x)
        z = y * 2
        return z.sum()

    with np.errstate(all="ignore"):
        found = findings(steps(broken, np.array([1.0, -1.0, 2.0])))
    assert [f.kind for f in found] == ["nan"]
    assert found[0].text == (
        "first in the forward pass: y = ln(x) has NaN in 1 of 3 elements; 2 values after it have some too"
    )


def test_finds_a_nan_of_the_backward_pass_alone():
    with np.errstate(all="ignore"):
        found = findings(steps(lambda x: autograd.sqrt(x) * 0.0, 0.0))
    assert [(f.kind, f.backward) for f in found] == [("nan", True), ("dead", True)]
    assert "the rule of v₁ = √x gives ∂L/∂x with NaN" in found[0].text


def test_finds_dead_units_and_dead_gradients():
    w = np.array([[1.0, -1.0, -1.0, 1.0]])
    found = findings(steps(lambda x: autograd.relu(x @ w).sum(), np.ones((8, 1))))
    assert [f.text for f in found] == ["2 of 4 units of v₂ = relu(v₁) are off for the whole batch"]


def test_finds_vanishing_and_exploding_gradients():
    small = findings(steps(lambda x, y: x * 1e-9 + y, 1.0, 1.0))
    assert [(f.kind, f.text[:6]) for f in small] == [("vanishing", "∂L/∂x ")]
    large = findings(steps(lambda x: x * 1e5, 1.0))
    assert [f.kind for f in large] == ["exploding"]
    assert findings(steps(lambda x: x * 2, 1.0)) == []


# --- the bundle -------------------------------------------------------------------------------------------------------


def test_the_shipped_page_was_built_from_these_sources():
    frontend = ROOT / "frontend"
    if not frontend.exists():
        pytest.skip("the sources of the page are not here")
    names = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json"]
    names += [f"src/{p.name}" for p in (frontend / "src").iterdir()]
    total = hashlib.sha256()
    for name in sorted(names):
        total.update(f"{name}\n".encode() + (frontend / name).read_bytes() + b"\n")
    recorded = re.search(r'<meta name="sources" content="(\w+)">', BUNDLE.read_text("utf-8"))[1]
    assert recorded == total.hexdigest(), "frontend/ was changed: run `make page`"


def test_the_frontend_writes_text_only_as_text():
    for file in (ROOT / "frontend" / "src").glob("*.ts"):
        text = file.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
