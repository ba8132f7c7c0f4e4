"""The explorer page in a real browser. Skipped where there is no Chromium."""

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from autograd.visualize import explore

webdriver = pytest.importorskip("selenium.webdriver")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium with its driver"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
KEYS = {"→": "\ue014", "←": "\ue012", "↓": "\ue015", "↑": "\ue013", "Home": "\ue011", "End": "\ue010", "Esc": "\ue00c"}


class Browser:
    """A page in Chromium: `$` finds elements, `text` what they say, `press` keys; `errors` is the console."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, path):
        self.driver.get(Path(path).as_uri())
        self.wait("return document.documentElement.dataset.ready")
        return self

    def js(self, script, *args):
        return self.driver.execute_script(script, *args)

    def wait(self, script, seconds=20):
        end = time.monotonic() + seconds
        while not (found := self.js(script)):
            assert time.monotonic() < end, f"still false: {script}"
            time.sleep(0.02)
        return found

    def texts(self, selector):
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
        return self.js(script, selector)

    def text(self, selector):
        return self.texts(selector)[0]

    def click(self, selector):
        self.driver.find_element("css selector", selector).click()

    def node(self, text):
        """The boxes whose first line begins with this, as a selector."""
        script = """const found = [...document.querySelectorAll('.node')].find(
            n => n.querySelector('.head').textContent.replace('▸ ', '').startsWith(arguments[0]));
            return found ? `[data-key="${found.dataset.key}"]` : null"""
        return self.js(script, text)

    def press(self, *keys):
        body = self.driver.switch_to.active_element
        for key in keys:
            body.send_keys(KEYS.get(key, key))
            body = self.driver.switch_to.active_element

    def errors(self):
        return [entry for entry in self.driver.get_log("browser") if entry["level"] != "INFO"]


@pytest.fixture(scope="module")
def driver():
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,900"):
        options.add_argument(argument)
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=DRIVER)
    started = webdriver.Chrome(options=options, service=service)
    yield started
    started.quit()


@pytest.fixture
def browser(driver):
    made = Browser(driver)
    yield made
    assert made.errors() == []


def neuron(w, x, b):
    u = w * x
    v = u + b
    a = autograd.relu(v)
    return a  # noqa: RET504 (the name is what is tested)


@pytest.fixture
def slides(browser, tmp_path):
    explore(neuron, 2.0, 3.0, 1.0, path=tmp_path / "page.html")
    return browser.open(tmp_path / "page.html")


def network():
    model = nn.Sequential(
        nn.Sequential(nn.Linear(4, 8), nn.Tanh()),
        nn.Sequential(nn.Linear(8, 8), nn.Tanh()),
        nn.Sequential(*(nn.Linear(8, 8) for _ in range(12))),
        nn.Linear(8, 3),
    )
    x = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
    y = np.arange(16) % 3
    return lambda: nn.functional.cross_entropy(model(x), y)


@pytest.fixture
def modules(browser, tmp_path):
    explore(network(), path=tmp_path / "page.html")
    return browser.open(tmp_path / "page.html")


def test_the_neuron_of_the_slides_step_by_step(slides):
    slides.click("#first")
    assert slides.text("#where") == "forward 0 / 3"
    said = []
    for _ in range(6):
        slides.click("#next")
        said.append(slides.texts("#step .equation"))
    assert said == [
        ["u = w · x = 2 · 3 = 6"],
        ["v = u + b = 6 + 1 = 7"],
        ["a = relu(v) = relu(7) = 7"],
        ["∂a/∂v = g · sign(a) = 1 · sign(7) = 1"],
        ["∂a/∂u = g = 1", "∂a/∂b = g = 1"],
        ["∂a/∂w = g · x = 1 · 3 = 3", "∂a/∂x = g · w = 1 · 2 = 2"],
    ]
    assert slides.texts("#step .chain p")[:2] == ["∂a/∂w = ∂u/∂w · ∂v/∂u · ∂a/∂v", "∂a/∂w = 3·1·1 = 3"]
    assert "local derivative  ∂u/∂w = x = 3" in slides.texts("#step .quiet")


def test_values_and_gradients_appear_when_their_step_is_reached(slides):
    shown = "return [...document.querySelectorAll('.node .%s')].filter(e => e.style.visibility !== 'hidden').length"
    slides.press("Home")
    assert (slides.js(shown % "value"), slides.js(shown % "adjoint")) == (3, 0)
    slides.press("→", "→", "→")
    assert (slides.js(shown % "value"), slides.js(shown % "adjoint")) == (6, 0)
    slides.press("→")
    assert slides.js(shown % "adjoint") == 2
    slides.press("End")
    assert slides.js(shown % "adjoint") == 6
    slides.press("←")
    assert slides.text("#where") == "backward 2 / 3"


def test_playing_pausing_and_scrubbing(slides):
    slides.js("const s = document.getElementById('speed'); s.value = '30'")
    slides.press(" ")
    slides.wait("return document.getElementById('where').textContent === 'backward 3 / 3'")
    slides.wait("return document.getElementById('playtext').textContent === 'Play'")
    slides.js("const s = document.getElementById('scrub'); s.value = 2; s.dispatchEvent(new Event('input'))")
    assert slides.text("#where") == "forward 2 / 3"
    slides.js("document.getElementById('speed').value = '0.5'")
    slides.click("#play")
    assert slides.text("#playtext") == "Pause"
    slides.click("#play")
    assert slides.text("#playtext") == "Play"


def test_a_click_shows_value_gradient_rule_and_paths(slides):
    slides.click(slides.node("w"))
    assert slides.text("#details h2").startswith("w")
    assert slides.texts("#details .big") == ["2", "3"]
    slides.click("#paths")
    assert slides.texts("#details .paths li span") == ["w → u → v → a"]
    assert slides.texts("#details .paths strong") == ["3·1·1 = 3"]
    assert len(slides.texts(".edges path.path")) == 3
    slides.press("p")
    assert slides.texts(".edges path.path") == []
    slides.click(slides.node("u"))
    assert "multiply" in slides.text("#details code")
    assert slides.texts("#details .rules li") == ["∂/∂x:  g · y", "∂/∂y:  g · x"]
    assert any("test_page.py:" in t for t in slides.texts("#details dd"))


def test_running_gradient_where_paths_add_up(browser, tmp_path):
    explore(lambda x: x * x + 2 * x, 3.0, path=tmp_path / "page.html")
    browser.open(tmp_path / "page.html").press("Home", *"→→→→→")
    assert browser.text(".node.parameter .adjoint") == "∂ 2 (1 of 3)"
    assert browser.texts("#step .running") == ["so far, 1 of 3 paths:  ∂L/∂x = 2"]
    browser.press("→")
    assert browser.texts("#step .running")[-1] == "all paths together:  ∂L/∂x = 8"
    browser.click(browser.node("x"))
    browser.press("p")
    assert browser.texts("#details .paths strong") == ["3·1 = 3", "3·1 = 3", "2·1 = 2"]


def test_modules_fold_and_unfold(modules):
    count = "return document.querySelectorAll('.node').length"
    start = modules.js(count)
    modules.click("#foldall")
    folded = modules.js(count)
    assert folded < start
    modules.click(modules.node("2"))
    assert modules.text("#details h2") == "2"
    modules.press("e")
    assert modules.js(count) > folded
    assert modules.js("return document.querySelectorAll('.frame').length") >= 1
    modules.press("e")
    assert modules.js(count) == folded
    modules.click("#unfoldall")
    assert modules.js("return document.querySelectorAll('.node.group').length") == 0
    modules.js("document.querySelector('.frame .fold').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert modules.js("return document.querySelectorAll('.node.group').length") == 1


def test_search_unfolds_what_it_finds(modules):
    modules.click("#foldall")
    modules.press("/")
    modules.press(*"2.7.weight")
    assert modules.texts("#results li strong")[0] == "weight"
    assert modules.texts("#results li span")[0] == "2.7"
    modules.press("\n")
    assert modules.text("#details h2").startswith("weight")
    assert "2.7" in modules.texts("#details dd")
    assert modules.js("return document.activeElement.classList.contains('node')")
    modules.press("/")
    modules.js("document.getElementById('search').value = ''")
    modules.press(*"no such thing")
    assert modules.texts("#results li") == ["nothing found"]


def test_the_keyboard_reaches_everything(modules):
    modules.press("↓")
    first = modules.text("#details h2")
    modules.press("↓")
    assert modules.text("#details h2") != first
    modules.press("↑")
    assert modules.text("#details h2") == first
    modules.press("?")
    assert modules.js("return document.getElementById('help').open")
    modules.press("Esc")
    assert not modules.js("return document.getElementById('help').open")
    modules.press("w")
    assert not modules.js("return document.getElementById('panel-warnings').hidden")
    before = modules.js("return document.querySelector('.world').getAttribute('transform')")
    modules.press("+")
    assert modules.js("return document.querySelector('.world').getAttribute('transform')") != before
    modules.press("d")
    modules.press("f")


def test_everything_has_a_name_for_those_who_listen(modules):
    nameless = modules.js("""return [...document.querySelectorAll('button, input, select, [role=button]')].filter(e =>
        !(e.textContent.trim() || e.getAttribute('aria-label') || e.title || e.labels?.length)).length""")
    assert nameless == 0
    assert modules.js("return document.documentElement.lang") == "en"
    modules.press("Home", "→")
    assert modules.text("#say").startswith("Forward 1 of")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast(slides, theme):
    low = slides.js(
        """document.documentElement.dataset.theme = arguments[0];
        const style = getComputedStyle(document.documentElement);
        const light = name => {
            const hex = style.getPropertyValue(name).trim().slice(1);
            const part = k => { const c = parseInt(hex.slice(k, k + 2), 16) / 255;
                return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
            return 0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4); };
        const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const low = [];
        for (const ink of ['--ink', '--soft', '--forward', '--backward', '--path', '--bad'])
            for (const paper of ['--paper', '--card', '--operation'])
                if (ratio(light(ink), light(paper)) < 4.5) low.push([ink, paper]);
        for (const ink of ['--ink', '--forward', '--backward'])
            for (const paper of ['--parameter', '--input', '--constant'])
                if (ratio(light(ink), light(paper)) < 4.5) low.push([ink, paper, ratio(light(ink), light(paper))]);
        return low""",
        theme,
    )
    assert low == []


def test_colours_by_gradient_and_the_warnings_jump(browser, tmp_path):
    def broken(x, w):
        y = autograd.log(x)
        z = y * w * 1e-9
        return z.sum() + w.sum()

    with np.errstate(all="ignore"):
        explore(broken, np.array([1.0, -1.0]), np.array([0.0, 2.0]), path=tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    for mode in ("gradient", "value", "time", "memory"):
        browser.js(
            "const c = document.getElementById('colour'); c.value = arguments[0]; c.dispatchEvent(new Event('change'))",
            mode,
        )
        assert browser.js("return document.querySelectorAll('.node.painted').length") > 1
        assert browser.js("return document.querySelectorAll('#legend .bar').length") == 1
    assert browser.text("#tab-warnings").startswith("Warnings (")
    browser.click("#tab-warnings")
    assert browser.texts("#panel-warnings button")[0].startswith("NaN first in the forward pass: y = ln(x)")
    browser.click("#panel-warnings button")
    assert browser.text("#details h2").startswith("y")


def test_images_heat_maps_and_histograms_are_drawn(browser, tmp_path):
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))
    x = np.random.default_rng(0).normal(size=(4, 1, 8, 8)).astype(np.float32)
    explore(lambda: model(x).sum(), path=tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    browser.click(browser.node("v₁"))
    assert browser.js("return document.querySelectorAll('#details .tile').length") == 8
    painted = """const c = document.querySelector('#details canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; return new Set(d).size"""
    assert browser.js(painted) > 10
    assert browser.js("return document.querySelectorAll('#details .histogram rect').length") == 48
    browser.press("/")
    browser.press(*"3.weight", "\n")
    assert browser.js("return document.querySelectorAll('#details .heat').length") == 2


@pytest.mark.parametrize("count", [1, 10, 1000, 20_000])
def test_graphs_of_every_size_open_and_step(browser, tmp_path, count):
    def chain(x):
        for _ in range(count):
            x = autograd.sin(x)
        return x

    explore(chain, 0.5, path=tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    assert float(browser.js("return document.documentElement.dataset.ready")) < 8000
    assert 2 <= browser.js("return document.querySelectorAll('.node').length") <= 360
    browser.press("Home", "→", "→")
    assert browser.text("#where").startswith(f"forward {min(2, count)} / " if count > 1 else "backward 1")
    browser.click("#tab-table")
    browser.click("#unfoldall") if count > 200 else None
    assert browser.js("return document.querySelectorAll('.node').length") <= 360
    browser.press("/")
    browser.press(*f"v{str(count - 1).translate(str.maketrans('0123456789', '₀₁₂₃₄₅₆₇₈₉'))}", "\n")
    if count > 1:
        assert browser.js("return document.activeElement.classList.contains('node')")


def test_a_resnet_opens_folded_within_two_seconds(browser, tmp_path):
    class Block(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c)
            self.conv2, self.bn2 = nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c)

        def forward(self, x):
            return autograd.relu(self.bn2(self.conv2(autograd.relu(self.bn1(self.conv1(x))))) + x)

    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), *(Block(16) for _ in range(9)), nn.Flatten(), nn.Linear(4096, 10)
    )
    x = np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)
    page = explore(lambda: nn.functional.cross_entropy(model(x), np.array([1, 2])), path=tmp_path / "page.html")
    assert len(page.html.encode()) < 6e6
    opened = min(
        float(browser.open(tmp_path / "page.html").js("return document.documentElement.dataset.ready"))
        for _ in range(3)
    )
    assert opened < 2000
    assert browser.js("return document.querySelectorAll('.node.group').length") >= 9
    start = time.monotonic()
    browser.click("#unfoldall")
    assert browser.js("return document.querySelectorAll('.node.group').length") == 0
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("name", ["</script><b>", '"]; a -> b', "<img src=x onerror=alert(1)>"])
def test_names_do_no_harm(browser, tmp_path, name):
    w = autograd.tensor(2.0, requires_grad=True, name=name)
    explore(w * 3.0, title=name, path=tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    browser.click(".node.parameter")
    assert browser.text("#details h2").startswith(name)
    assert browser.text("#title") == name
    assert browser.js("return document.querySelectorAll('b, img').length") == 0
    browser.press("/")
    browser.press(*name)
    assert browser.texts("#results li strong")[0] == name


def test_inline_in_a_notebook(browser, tmp_path):
    page = explore(neuron, 2.0, 3.0, 1.0)
    (tmp_path / "notebook.html").write_text(f"<!doctype html><title>n</title>{page._repr_html_()}", "utf-8")
    browser.driver.get((tmp_path / "notebook.html").as_uri())
    browser.driver.switch_to.frame(0)
    browser.wait("return document.documentElement.dataset.ready")
    browser.click("#first")
    assert browser.text("#where") == "forward 0 / 3"
    browser.driver.switch_to.default_content()


def test_print_shows_graph_and_table(slides):
    slides.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        visible = "return getComputedStyle(document.querySelector(arguments[0])).display !== 'none'"
        assert slides.js(visible, "#graph")
        assert slides.js(visible, "#panel-table")
        assert not slides.js(visible, "footer")
        pdf = slides.driver.execute_cdp_cmd("Page.printToPDF", {"landscape": True})
        assert len(json.dumps(pdf)) > 10_000
    finally:
        slides.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
