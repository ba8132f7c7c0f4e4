"""Module: members, state, modes, hooks, errors."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from autograd.graph import changed_mode, scopes


class Scale(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.weight = nn.Parameter(np.arange(1.0, size + 1, dtype=np.float32))
        self.bias = None
        self.register_buffer("calls", np.zeros((), np.int64))
        self.register_buffer("scratch", np.ones(2, np.float32), persistent=False)

    def forward(self, x: Any) -> Any:
        if x.shape[-1] != self.size:
            raise ValueError("sizes differ")
        return x * self.weight

    def extra_repr(self) -> str:
        return f"size={self.size}"


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = Scale(3)
        self.features = nn.Sequential(Scale(3), nn.Identity(), self.first)
        self.gain = nn.Parameter(2.0)

    def forward(self, x: Any) -> Any:
        return self.gain * self.features(self.first(x))


def test_members_in_order_of_definition_own_before_children() -> None:
    net = Net()
    assert [n for n, _ in net.named_parameters()] == ["gain", "first.weight", "features.0.weight"]
    assert [n for n, _ in net.named_parameters(remove_duplicate=False)] == [
        "gain",
        "first.weight",
        "features.0.weight",
        "features.2.weight",
    ]
    assert [n for n, _ in net.named_parameters(recurse=False)] == ["gain"]
    assert [n for n, _ in net.named_parameters(prefix="net")][:2] == ["net.gain", "net.first.weight"]
    assert [n for n, _ in net.named_modules()] == ["", "first", "features", "features.0", "features.1"]
    assert [n for n, _ in net.named_children()] == ["first", "features"]
    assert [n for n, _ in net.named_buffers()] == [
        "first.calls",
        "first.scratch",
        "features.0.calls",
        "features.0.scratch",
    ]
    assert len(list(net.parameters())) == len(list(net.modules())) - 2 == 3
    assert list(net.children()) == [net.first, net.features]
    assert len(list(net.buffers())) == 4


def test_what_is_assigned_later_counts() -> None:
    net = Net()
    net.first.weight = None
    net.extra = Scale(1)
    assert [n for n, _ in net.named_parameters()] == ["gain", "features.0.weight", "extra.weight"]
    del net.features
    assert [n for n, _ in net.named_children()] == ["first", "extra"]


def test_works_without_calling_init_of_the_base() -> None:
    class Bare(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(2, 1)

        def forward(self, x: Any) -> Any:
            return self.layer(x)

    assert Bare().eval()(np.zeros((1, 2))).shape == (1, 1)


def test_register_functions_check() -> None:
    m = nn.Module()
    m.register_parameter("p", nn.Parameter(1.0))
    m.register_module("child", nn.Identity())
    m.add_module("none", None)
    assert [n for n, _ in m.named_parameters()] == ["p"]
    with pytest.raises(TypeError, match=r"wants an nn\.Parameter or None, got Tensor"):
        m.register_parameter("q", autograd.tensor(1.0))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"wants an nn\.Module"):
        m.add_module("q", 3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="wants a Tensor, an array or None"):
        m.register_buffer("q", 3)  # type: ignore[arg-type]
    with pytest.raises(KeyError, match=r"nor contain '\.'"):
        m.add_module("a.b", nn.Identity())
    with pytest.raises(KeyError, match="has an attribute of that name"):
        m.register_buffer("forward", None)


def test_get_by_path() -> None:
    net = Net()
    assert net.get_submodule("features.0") is net.features[0]
    assert net.get_submodule("") is net
    assert net.get_parameter("features.0.weight") is net.features[0].weight
    assert net.get_buffer("first.calls") is net.first.calls
    with pytest.raises(AttributeError, match=r"no module 'feature.0' \(did you mean 'features.0'\?\)"):
        net.get_submodule("feature.0")
    with pytest.raises(AttributeError, match="no parameter 'first'"):
        net.get_parameter("first")
    with pytest.raises(AttributeError, match="is no buffer"):
        net.get_buffer("gain")


def test_modes_freezing_and_apply() -> None:
    net = Net()
    assert net.training
    assert net.eval() is net
    assert not any(m.training for m in net.modules())
    net.first.train()
    assert net.first.training
    assert not net.training
    net.requires_grad_(False)
    assert not any(p.requires_grad for p in net.parameters())
    names: list[str] = []
    net.apply(lambda m: names.append(type(m).__name__))
    assert names == ["Scale", "Scale", "Identity", "Scale", "Sequential", "Net"]


def test_zero_grad() -> None:
    net = Net()
    net(np.ones(3)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert all(p.grad is not None and not p.grad.data.any() for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_casting() -> None:
    net = Net()
    net(np.ones(3)).sum().backward()
    assert net.double() is net
    assert {p.dtype for p in net.parameters()} == {np.dtype("float64")}
    assert net.gain.grad is not None
    assert net.gain.grad.dtype == np.float64
    assert net.first.calls.dtype == np.int64
    assert net.first.scratch.dtype == np.float64
    assert net(np.ones(3)).dtype == np.float64
    assert net.float().to("float64").gain.dtype == np.float64
    for wrong in ("cuda", int, "int32"):
        with pytest.raises(TypeError, match="wants a floating dtype"):
            net.to(wrong)


def test_raw_inputs_are_taken_in_the_dtype_of_the_module() -> None:
    net = Net()
    assert net(np.ones(3)).dtype == np.float32
    assert net([1.0, 2.0, 3.0]).dtype == np.float32
    seen: list[Any] = []

    class Spy(nn.Module):
        def forward(self, *args: Any, **kwargs: Any) -> None:
            seen.extend([*args, *kwargs.values()])

    t = autograd.tensor(1.0)
    Spy()(t, np.ones(2), [[1, 2]], (np.ones(1), "a"), None, "text", [t], weight=np.ones(1))
    _, floats, integers, pair, *rest, weight = seen
    assert isinstance(floats, Tensor)
    assert floats.dtype == np.float32
    assert integers.dtype == np.int64
    assert pair[0].dtype == np.float32
    assert pair[1] == "a"
    assert rest == [None, "text", [t]]
    assert weight.dtype == np.float64
    seen.clear()
    Spy()(np.ones(2))
    assert seen[0].dtype == np.float64


def test_state_dict_round_trip() -> None:
    net, twin = Net(), Net()
    for p in net.parameters():
        p.data = np.random.default_rng(0).normal(size=p.shape)
    state = net.state_dict()
    assert list(state) == [
        "gain",
        "first.weight",
        "first.calls",
        "features.0.weight",
        "features.0.calls",
        "features.2.weight",
        "features.2.calls",
    ]
    assert state["gain"].data is net.gain.data
    assert not state["gain"].requires_grad
    assert list(net.first.state_dict(prefix="x.")) == ["x.weight", "x.calls"]
    result = twin.load_state_dict({k: v.numpy() for k, v in state.items()})
    assert result == ([], [])
    np.testing.assert_array_equal(twin(np.ones(3)).data, net(np.ones(3)).data)
    twin.gain.data = 7.0
    assert net.gain.item() != 7.0


def test_load_reports_everything_and_changes_nothing() -> None:
    net = Net()
    state = {k: v.numpy() for k, v in net.state_dict().items()}
    state["first.wieght"] = state.pop("first.weight")
    state["gain"] = np.ones(2)
    state["first.calls"] = np.array(0.5)
    state["features.0.weight"] = np.full(3, 9.0)
    with pytest.raises(RuntimeError, match="nothing was loaded") as raised:
        net.load_state_dict(state)
    report = str(raised.value)
    assert "Net.load_state_dict: nothing was loaded" in report
    assert "missing: first.weight (did you mean 'first.wieght'?)" in report
    assert "unexpected: first.wieght (did you mean 'first.weight'?)" in report
    assert "shape of gain: (2,) in the state dict, () in the model" in report
    assert "dtype of first.calls: float64 in the state dict, int64 in the model" in report
    assert "strict=False" in report
    np.testing.assert_array_equal(net.features[0].weight.data, [1, 2, 3])


def test_load_without_strict() -> None:
    net = Net()
    result = net.load_state_dict({"gain": 5.0, "other": 1.0}, strict=False)
    assert net.gain.item() == 5.0
    assert result.unexpected_keys == ["other"]
    assert "first.weight" in result.missing_keys
    with pytest.raises(RuntimeError, match="shape of gain"):
        net.load_state_dict({"gain": np.ones(2)}, strict=False)


def test_a_graph_from_before_loading_keeps_its_values() -> None:
    net = Net()
    x = autograd.tensor(np.ones(3, np.float32), requires_grad=True)
    y = net.gain * x
    net.load_state_dict({"gain": 100.0}, strict=False)
    y.backward(np.ones(3, np.float32))
    np.testing.assert_array_equal(x.grad.data, 2.0)  # type: ignore[union-attr]


def test_copies_and_pickles_keep_ties_and_are_independent() -> None:
    net = Net()
    net.tied = net.gain
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):  # noqa: S301
        assert twin.tied is twin.gain
        assert twin.features[2] is twin.first
        assert isinstance(twin.gain, nn.Parameter)
        twin.gain.data = 9.0
        assert net.gain.item() == 2.0
        assert twin(np.ones(3)).requires_grad


def test_tied_parameters_get_the_sum_of_gradients() -> None:
    net = nn.Sequential(Scale(2), Scale(2))
    net[1].weight = net[0].weight
    assert len(list(net.parameters())) == 1
    net(np.ones(2)).sum().backward()
    np.testing.assert_array_equal(net[0].weight.grad.data, 2 * net[0].weight.data)


def test_repr_is_a_tree() -> None:
    assert repr(Net()) == (
        "Net(\n  (first): Scale(size=3)\n  (features): Sequential(\n    (0): Scale(size=3)\n    (1): Identity()\n"
        "    (2): Scale(size=3)\n  )\n)"
    )
    assert repr(nn.Parameter([1.0])) == "Parameter containing:\ntensor([1.], requires_grad=True)"


def test_parameter() -> None:
    values = np.ones(2)
    p = nn.Parameter(values, name="w")
    values[0] = 5
    assert p.data[0] == 1
    assert p.requires_grad
    assert p.is_leaf
    assert not nn.Parameter(np.arange(3), requires_grad=False).requires_grad
    assert type(p * 2) is Tensor
    with pytest.raises(TypeError, match="only floating-point"):
        nn.Parameter(np.arange(3))


# --- hooks ------------------------------------------------------------------------------------------------------------


def test_forward_hooks_see_and_replace() -> None:
    layer, log = Scale(2), []
    pre = layer.register_forward_pre_hook(lambda m, args: (args[0] + 1,))
    post = layer.register_forward_hook(lambda m, args, out: log.append(args[0].tolist()) or out * 10)
    np.testing.assert_array_equal(layer(np.zeros(2)).data, [10, 20])
    assert log == [[1, 1]]
    first = layer.register_forward_hook(lambda m, args, out: out + 1, prepend=True)
    np.testing.assert_array_equal(layer(np.zeros(2)).data, [20, 30])
    for handle in (pre, post, first):
        handle.remove()
    np.testing.assert_array_equal(layer(np.ones(2)).data, [1, 2])


def test_forward_hooks_with_keywords() -> None:
    class Shift(nn.Module):
        def forward(self, x: Any, by: float = 0.0) -> Any:
            return x + by

    layer, log = Shift(), []
    layer.register_forward_pre_hook(lambda m, args, kwargs: (args, {"by": kwargs["by"] * 2}), with_kwargs=True)
    layer.register_forward_hook(lambda m, args, kwargs, out: log.append(kwargs), with_kwargs=True)
    assert layer(autograd.tensor(1.0), by=3.0).item() == 7.0
    assert log == [{"by": 6.0}]


class Two(nn.Module):
    def forward(self, x: Any, y: Any, unused: Any = None) -> Any:
        return x * y, x + y


def test_full_backward_hooks_see_all_gradients_at_once() -> None:
    layer, log = Two(), []
    layer.register_full_backward_hook(lambda m, grad_in, grad_out: log.append((grad_in, grad_out)))
    x, y, z = (autograd.tensor(v, requires_grad=True) for v in (2.0, 3.0, 4.0))
    product, total = layer(x, y, z)
    (product * 10 + total).backward()
    ((gx, gy, gz), (gp, gt)) = log[0]
    assert [gx.item(), gy.item(), gp.item(), gt.item()] == [31.0, 21.0, 10.0, 1.0]
    assert len(log) == 1
    assert gz is None
    assert (x.grad.item(), y.grad.item(), z.grad) == (31.0, 21.0, None)  # type: ignore[union-attr]
    log.clear()
    layer(x, y)[0].backward()
    assert log[0][1][1] is None or log[0][1][1].item() == 0.0


def test_full_backward_hooks_replace() -> None:
    layer = Scale(2)
    layer.register_full_backward_pre_hook(lambda m, grad_out: (grad_out[0] * 10,))
    handle = layer.register_full_backward_hook(lambda m, grad_in, grad_out: (grad_in[0] * 0,))
    x = autograd.tensor(np.ones(2, np.float32), requires_grad=True)
    layer(x).sum().backward()
    np.testing.assert_array_equal(x.grad.data, 0)  # type: ignore[union-attr]
    np.testing.assert_array_equal(layer.weight.grad.data, 10)  # type: ignore[union-attr]
    handle.remove()
    layer.register_full_backward_hook(lambda m, grad_in, grad_out: autograd.tensor(1.0))
    with pytest.raises(ValueError, match="full backward hook returned gradients"):
        layer(x).sum().backward()


def test_full_backward_hook_where_no_input_requires_grad() -> None:
    layer, log = Scale(2), []
    layer.register_full_backward_hook(lambda m, grad_in, grad_out: log.append((grad_in, grad_out[0].tolist())))
    layer(np.ones(2)).sum().backward()
    assert log == [((None,), [1.0, 1.0])]


def test_full_backward_hooks_take_part_in_higher_order() -> None:
    layer, kinds = Scale(1), []
    layer.register_full_backward_hook(lambda m, grad_in, grad_out: kinds.append(grad_in[0].requires_grad))
    x = autograd.tensor([3.0], requires_grad=True)
    (dx,) = autograd.gradients((layer(x) * layer(x)).sum(), x, create_graph=True)
    (ddx,) = autograd.gradients(dx.sum(), x)
    assert ddx.item() == 2.0
    assert kinds[0]


# --- paths ------------------------------------------------------------------------------------------------------------


def test_errors_carry_the_path_and_the_input() -> None:
    net = Net()
    with pytest.raises(ValueError, match="sizes differ") as raised:
        net(np.ones((32, 77)))
    assert raised.value.__notes__ == ["in model.first (Scale(size=3)), input float32 (32, 77)"]
    net.features[0].size = 4
    with pytest.raises(ValueError, match="sizes differ") as raised:
        net(np.ones(3))
    assert raised.value.__notes__ == ["in model.features.0 (Scale(size=4)), input float32 (3,)"]
    with pytest.raises(ValueError, match="sizes differ") as raised:
        Scale(2)(np.ones(3))
    assert raised.value.__notes__ == ["in model (Scale(size=2)), input float32 (3,)"]


def test_no_forward() -> None:
    with pytest.raises(NotImplementedError, match="Module defines no forward"):
        nn.Module()()


def test_scopes_are_open_only_while_somebody_listens() -> None:
    seen: list[tuple[str, ...]] = []

    class Spy(nn.Module):
        def forward(self, x: Any) -> Any:
            seen.append(scopes())
            return x

    net = nn.Sequential(nn.Sequential(Spy()), Spy())
    net(autograd.tensor(1.0))
    with changed_mode(anomaly=True):
        net(autograd.tensor(1.0))
        net[0](autograd.tensor(1.0))
    assert seen == [(), (), ("Sequential", "0", "0.0"), ("Sequential", "1"), ("Sequential", "0")]
    assert scopes() == ()
