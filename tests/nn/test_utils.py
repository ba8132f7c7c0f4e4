"""nn.utils: clipping, vectors, calls with other parameters, parametrizations; lazy layers."""

import copy

import numpy as np
import pytest

import autograd
import nn
import optim
from nn.utils import parametrizations, parametrize


def parameters():
    ps = [autograd.tensor(np.zeros(2), requires_grad=True), autograd.tensor(np.zeros(1), requires_grad=True)]
    ps[0].grad, ps[1].grad = autograd.tensor(np.array([3.0, 0.0])), autograd.tensor(np.array([-4.0]))
    return [*ps, autograd.tensor(np.zeros(3), requires_grad=True)]


class TestClipping:
    def test_norm(self):
        ps = parameters()
        assert nn.utils.clip_grad_norm_(ps, 1.0).item() == 5.0
        np.testing.assert_allclose(ps[0].grad.data, [0.6, 0.0], rtol=1e-5)
        assert ps[2].grad is None
        ps = parameters()
        nn.utils.clip_grad_norm_(ps, 10.0)
        assert ps[0].grad.tolist() == [3.0, 0.0]
        assert nn.utils.clip_grad_norm_([], 1.0).item() == 0.0
        assert nn.utils.clip_grad_norm_(parameters(), 1.0, float("inf")).item() == 4.0

    def test_value(self):
        ps = parameters()
        nn.utils.clip_grad_value_(ps, 0.5)
        assert ps[0].grad.tolist() == [0.5, 0.0]
        assert ps[1].grad.tolist() == [-0.5]
        with pytest.raises(ValueError, match="at least 0"):
            nn.utils.clip_grad_value_(ps, -1.0)

    def test_not_finite(self):
        ps = parameters()
        ps[0].grad = autograd.tensor(np.array([np.nan, 0.0]))
        with pytest.raises(RuntimeError, match="cannot be clipped"):
            nn.utils.clip_grad_norm_(ps, 1.0, error_if_nonfinite=True)


def test_vectors_there_and_back():
    model = nn.Linear(2, 3)
    vector = nn.utils.parameters_to_vector(model.parameters())
    twin = nn.Linear(2, 3)
    nn.utils.vector_to_parameters(vector, twin.parameters())
    np.testing.assert_array_equal(twin.weight.data, model.weight.data)
    vector.sum().backward()
    assert model.bias.grad.tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match=r"shape \(8,\) for 9 elements"):
        nn.utils.vector_to_parameters(vector[1:], twin.parameters())
    with pytest.raises(ValueError, match="no parameters"):
        nn.utils.parameters_to_vector([])


class TestFunctionalCall:
    def test_derivatives_of_any_order_leave_the_module_alone(self):
        model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)).double()
        values = {k: v.data.copy() for k, v in model.named_parameters()}
        x = np.array([[0.3, -0.7]])
        loss = lambda p: nn.functional_call(model, p, (x,)).sum()
        autograd.gradcheck(loss, values)
        assert all(p.grad is None for p in model.parameters())
        assert all(isinstance(p, nn.Parameter) for p in model.parameters())

    def test_per_example_gradients(self):
        model = nn.Linear(3, 1).double()
        values = {k: v.data for k, v in model.named_parameters()}
        x = np.random.default_rng(0).normal(size=(5, 3))
        loss = lambda p, x: (nn.functional_call(model, p, (x[None],)) ** 2).sum()
        each = autograd.vmap(autograd.grad(loss), in_axes=(None, 0))(values, x)
        for k in range(5):
            want = autograd.grad(loss)(values, x[k])
            np.testing.assert_allclose(each["weight"][k], want["weight"])

    def test_shared_weights(self):
        class Tied(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(1, 1, bias=False)
                self.b = nn.Linear(1, 1, bias=False)
                self.b.weight = self.a.weight

            def forward(self, x):
                return self.b(self.a(x))

        model = Tied()
        three = {"a.weight": np.array([[3.0]], np.float32)}
        assert nn.functional_call(model, three, np.array([[1.0]])).item() == 9.0
        untied = nn.functional_call(model, three, np.array([[1.0]]), tie_weights=False).item()
        assert untied == pytest.approx(3.0 * model.a.weight.item())

    def test_errors(self):
        model = nn.Linear(2, 3)
        with pytest.raises(KeyError, match=r"weights.*weight"):
            nn.functional_call(model, {"weights": np.zeros((3, 2))}, (np.zeros((1, 2)),))
        with pytest.raises(ValueError, match=r"weight of shape \(2, 2\); the module's has shape \(3, 2\)"):
            nn.functional_call(model, {"weight": np.zeros((2, 2))}, (np.zeros((1, 2)),))
        with pytest.raises(KeyError, match="no value for bias"):
            nn.functional_call(model, {"weight": np.zeros((3, 2))}, (np.zeros((1, 2)),), strict=True)


class TestParametrizations:
    def test_weight_norm(self):
        layer = nn.Linear(3, 2)
        before = layer.weight.data.copy()
        parametrizations.weight_norm(layer)
        np.testing.assert_allclose(layer.weight.data, before, rtol=1e-6)
        layer.parametrizations.weight.original0.data = np.array([[2.0], [3.0]], np.float32)
        np.testing.assert_allclose(np.linalg.norm(layer.weight.data, axis=1), [2.0, 3.0], rtol=1e-6)
        assert "Parametrized" in repr(layer)
        layer.weight = before
        np.testing.assert_allclose(layer.weight.data, before, rtol=1e-6)

    def test_training_keeps_an_orthogonal_matrix_orthogonal(self):
        layer = parametrizations.orthogonal(nn.Linear(4, 3, bias=False).double())
        optimizer = optim.SGD(layer.parameters(), lr=0.1)
        x = np.random.default_rng(0).normal(size=(8, 4))
        start = layer.weight.data.copy()
        for _ in range(5):
            optimizer.zero_grad()
            layer(x).square().sum().backward()
            optimizer.step()
        np.testing.assert_allclose(layer.weight.data @ layer.weight.data.T, np.eye(3), atol=1e-10)
        assert np.abs(layer.weight.data - start).max() > 1e-3

    @pytest.mark.parametrize("orthogonal_map", ["matrix_exp", "cayley", "householder"])
    def test_orthogonal_starts_at_the_weight(self, orthogonal_map):
        layer = nn.Linear(3, 3).double()
        q = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
        layer.weight.data = q
        parametrizations.orthogonal(layer, orthogonal_map=orthogonal_map)
        np.testing.assert_allclose(layer.weight.data, q, atol=1e-12)
        plain = nn.Linear(3, 3).double()
        plain.weight.data = q
        if orthogonal_map == "householder":
            parametrizations.orthogonal(plain, orthogonal_map=orthogonal_map, use_trivialization=False)
            np.testing.assert_allclose(plain.weight.data, q, atol=1e-12)
        else:
            with pytest.raises(ValueError, match="use_trivialization=True"):
                parametrizations.orthogonal(plain, orthogonal_map=orthogonal_map, use_trivialization=False)

    def test_spectral_norm_is_one(self):
        layer = parametrizations.spectral_norm(nn.Linear(5, 4), n_power_iterations=20)
        assert np.linalg.norm(layer.weight.data, 2) == pytest.approx(1.0, rel=1e-3)
        layer.eval()
        u = layer.parametrizations.weight[0]._u.data.copy()
        layer(np.zeros((1, 5), np.float32))
        np.testing.assert_array_equal(layer.parametrizations.weight[0]._u.data, u)

    def test_stacks_removal_and_copies(self):
        class Doubled(nn.Module):
            def forward(self, x):
                return 2.0 * x

            def right_inverse(self, x):
                return x / 2.0

        layer = nn.Linear(2, 2)
        before = layer.weight.data.copy()
        parametrize.register_parametrization(layer, "weight", Doubled())
        parametrize.register_parametrization(layer, "weight", Doubled())
        np.testing.assert_allclose(layer.weight.data, 2 * before, rtol=1e-6)
        twin = copy.deepcopy(layer)
        np.testing.assert_array_equal(twin.weight.data, layer.weight.data)
        parametrize.remove_parametrizations(twin, "weight")
        assert type(twin) is nn.Linear
        assert isinstance(twin.weight, nn.Parameter)
        np.testing.assert_allclose(twin.weight.data, 2 * before, rtol=1e-6)
        assert parametrize.is_parametrized(layer, "weight")
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
        assert list(layer.state_dict()) == ["bias", "weight"] or list(layer.state_dict()) == ["weight", "bias"]

    def test_cached_computes_once(self):
        layer = parametrizations.weight_norm(nn.Linear(2, 2))
        with parametrize.cached():
            assert layer.weight is layer.weight
        assert layer.weight is not layer.weight

    def test_errors(self):
        class Wrong(nn.Module):
            def forward(self, x):
                return x[:1]

        with pytest.raises(ValueError, match="unsafe=True"):
            parametrize.register_parametrization(nn.Linear(2, 2), "weight", Wrong())
        with pytest.raises(ValueError, match="no parameter or buffer 'weights'"):
            parametrizations.weight_norm(nn.Linear(2, 2), "weights")
        with pytest.raises(ValueError, match="not parametrized"):
            parametrize.remove_parametrizations(nn.Linear(2, 2), "weight")
        with pytest.raises(ValueError, match="several originals"):
            parametrize.remove_parametrizations(parametrizations.weight_norm(nn.Linear(2, 2)), "weight", False)
        with pytest.raises(ValueError, match="must be a matrix"):
            parametrizations.orthogonal(nn.Linear(2, 2), "bias")
        with pytest.raises(ValueError, match="orthogonal_map must be"):
            parametrizations.orthogonal(nn.Linear(2, 2), orthogonal_map="qr")


class TestLazy:
    def test_becomes_an_ordinary_layer_that_an_optimizer_already_holds(self):
        model = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(2))
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        assert model[0].has_uninitialized_params()
        weight = model[0].weight
        model(np.ones((3, 5))).sum().backward()
        assert type(model[0]) is nn.Linear
        assert model[0].weight is weight
        assert weight.shape == (4, 5)
        before = model[2].bias.data.copy()
        optimizer.step()
        np.testing.assert_allclose(model[2].bias.data, before - 0.3, rtol=1e-5)

    @pytest.mark.parametrize("use", ["shape", "data", "size"])
    def test_says_what_is_missing(self, use):
        with pytest.raises(RuntimeError, match="before the layer's first call; call the model once on an input"):
            getattr(nn.LazyLinear(3).weight, use)
        with pytest.raises(RuntimeError, match="first call"):
            nn.LazyConv2d(3, 3).state_dict()

    def test_loading_a_state(self):
        trained, lazy = nn.Linear(5, 3), nn.LazyLinear(3)
        lazy.load_state_dict(trained.state_dict())
        x = np.ones((2, 5), np.float32)
        np.testing.assert_array_equal(lazy(x).data, trained(x).data)
        other = nn.LazyLinear(3)
        other.load_state_dict(trained.state_dict())
        with pytest.raises(ValueError, match=r"loaded weight has shape \(3, 5\), the first input asks for \(3, 4\)"):
            other(np.ones((2, 4)))

    def test_options_go_through(self):
        layer = nn.LazyConv2d(4, 3, 2, padding=1, groups=2, bias=False)
        assert layer(np.zeros((1, 6, 8, 8))).shape == (1, 4, 4, 4)
        assert (layer.in_channels, layer.groups, layer.bias) == (6, 2, None)
        norm = nn.LazyBatchNorm2d(eps=1e-3, momentum=None).eval()
        norm(np.zeros((2, 3, 4, 4)))
        assert (norm.eps, norm.momentum, norm.num_features, norm.training) == (1e-3, None, 3, False)
        assert nn.LazyLinear(2, dtype="float64")(np.zeros((1, 3))).dtype == np.float64
