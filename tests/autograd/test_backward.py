import numpy as np
import pytest

import autograd as ag
from autograd import gradients

X = np.array([1.0, -2.0, 3.0])


def leaf(data=X, name=None):
    return ag.tensor(np.array(data), requires_grad=True, name=name)


# --- what backward() delivers


def test_gradients_accumulate_over_paths_and_passes():
    x = leaf()
    y = x * x
    (y + y * x).sum().backward()
    np.testing.assert_allclose(x.grad.data, 2 * X + 3 * X**2)
    (x * 2).sum().backward()
    np.testing.assert_allclose(x.grad.data, 2 * X + 3 * X**2 + 2)


def test_inner_results_hold_no_gradient_unless_retained():
    x = leaf()
    y = x * 2
    z = y * 3
    z.retain_grad()
    (z * z).sum().backward()
    assert y.grad is None
    np.testing.assert_allclose(z.grad.data, 2 * 6 * X)
    with pytest.raises(RuntimeError, match=r"retain_grad\(\) on a tensor that does not require grad"):
        ag.tensor(1.0).retain_grad()


def test_only_leaves_that_require_grad_get_one():
    x, c = leaf(), ag.tensor(X)
    (x * c).sum().backward()
    assert c.grad is None


def test_inputs_restrict_what_is_accumulated():
    x, w = leaf(), leaf()
    y = x * w
    y.sum().backward(inputs=[x], retain_graph=True)
    assert w.grad is None
    np.testing.assert_allclose(x.grad.data, X)
    y.sum().backward(inputs=w)
    np.testing.assert_allclose(w.grad.data, X)
    with pytest.raises(ValueError, match=r"backward\(inputs=\[\]\) asks for no gradient"):
        (x * w).sum().backward(inputs=[])
    with pytest.raises(RuntimeError, match=r"backward\(inputs=...\): tensor 'c' does not require grad"):
        (x * w).sum().backward(inputs=[ag.tensor(X, name="c")])


def test_an_adjoint_can_be_given():
    x = leaf()
    (x * x).backward(X)
    np.testing.assert_allclose(x.grad.data, 2 * X * X)
    x.grad = None
    (x * x).backward(ag.tensor(X))
    np.testing.assert_allclose(x.grad.data, 2 * X * X)
    with pytest.raises(ValueError, match=r"gradient of shape \(2,\) for a tensor of shape \(3,\)"):
        (x * x).backward(np.ones(2))


def test_a_result_that_is_no_scalar_needs_an_adjoint():
    with pytest.raises(
        RuntimeError, match=r"shape \(3,\) needs `gradient`.*\.sum\(\) or \.mean\(\).*autograd\.jacobian"
    ):
        (leaf() * 2).backward()
    one = leaf([[2.0]])
    (one * one).backward()
    assert one.grad.data.tolist() == [[4.0]]


def test_backward_on_a_constant_says_why():
    with pytest.raises(RuntimeError, match=r"does not require grad: nothing it was computed from requires grad"):
        ag.tensor(1.0).backward()


def test_gradients_have_shape_and_dtype_of_their_tensor():
    x = ag.tensor(np.ones((3, 1), np.float32), requires_grad=True)
    y = ag.tensor(np.ones(4, np.float64), requires_grad=True)
    h = ag.tensor(np.float16(2.0), requires_grad=True)
    (x * y * h).sum().backward()
    assert (x.grad.shape, x.grad.dtype) == ((3, 1), np.float32)
    assert (y.grad.shape, y.grad.dtype) == ((4,), np.float64)
    assert (h.grad.shape, h.grad.dtype) == ((), np.float16)


def test_a_gradient_owns_its_memory():
    x, y, seed = leaf(), leaf(), np.ones(3)
    z = x + y
    z.retain_grad()
    z.backward(seed)
    grads = [x.grad.data, y.grad.data, z.grad.data, seed]
    for i, a in enumerate(grads):
        assert a.flags.writeable
        for b in grads[:i]:
            assert not np.shares_memory(a, b)
    b = ag.tensor(np.ones(3), requires_grad=True)
    b.sum().backward()
    b.grad.data[:] = 5.0  # not the read-only view of a broadcast number


def test_recorded_and_traced_gradients_are_handed_out_apart():
    def run():
        x, y, seed = leaf(), leaf(), ag.tensor(np.ones(3))
        (x + y).backward(seed, create_graph=True)
        once, twice = gradients((x + y) * 1.0, [x, x], seed, create_graph=True)
        return x.grad, y.grad, seed, once, twice

    grads = run()
    for i, a in enumerate(grads):
        for b in grads[:i]:
            assert a is not b
            assert not np.shares_memory(a.data, b.data)
    traced = []
    ag.trace(lambda: traced.extend(run()))
    for result in (grads, traced):
        first = result[0]
        first *= 3
        np.testing.assert_array_equal(result[1].data, np.ones(3))
        np.testing.assert_array_equal(result[2].data, np.ones(3))


@pytest.mark.parametrize("create_graph", [False, True])
def test_what_a_hook_keeps_or_returns_is_not_the_gradient_handed_out(create_graph):
    x, y, mask, seen = leaf(), leaf(), np.ones(3), []
    x.register_hook(lambda g: seen.append(g))
    y.register_hook(lambda g: mask)
    (x * 2 + y).sum().backward(create_graph=create_graph)
    (g,) = gradients(y.sum(), y, create_graph=create_graph)
    for grad in (x.grad, y.grad, g):
        grad.data[:] = 7.0
    np.testing.assert_array_equal(seen[0].data, np.full(3, 2.0))
    np.testing.assert_array_equal(mask, np.ones(3))


def test_a_hook_does_not_change_the_dtype_of_a_recorded_gradient():
    x = ag.tensor(np.ones(3, np.float32), requires_grad=True)
    x.register_hook(lambda g: g * np.ones(3))
    (g,) = gradients((x * x).sum(), x, create_graph=True)
    assert g.dtype == np.float32


def test_a_recorded_seed_takes_the_dtype_of_the_output():
    x = ag.tensor(np.ones(3, np.float32), requires_grad=True)
    seed = ag.tensor(np.ones(3), requires_grad=True)
    (g,) = gradients(x * x, x, seed, create_graph=True)
    assert g.dtype == np.float32
    assert gradients(g.sum(), seed)[0].dtype == np.float64


def test_a_retained_gradient_follows_the_handle_through_an_update():
    x = leaf()
    y = x * 2
    y.retain_grad()
    y *= 3
    y[0] = y[0] * 5
    y.sum().backward()
    np.testing.assert_array_equal(y.grad.data, np.ones(3))
    np.testing.assert_array_equal(x.grad.data, [30.0, 6.0, 6.0])


def test_a_complex_gradient_is_refused():
    with pytest.raises(TypeError, match=r"gradient of dtype complex128 for a tensor of dtype float64.*g\.real"):
        leaf().backward(np.ones(3, complex))


# --- several passes


def test_a_second_pass_says_what_to_do():
    x = leaf()
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match=r"backward through sum a second time.*retain_graph=True"):
        y.backward()
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    np.testing.assert_allclose(x.grad.data, 3 * 2 * X)


def test_a_second_pass_through_what_saves_nothing_raises_too():
    x = leaf()
    y = (x + 1).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()


def test_a_second_pass_names_the_operation_with_several_results():
    x = leaf([1.0, 2.0])
    a, _ = np.split(x * x, 2)
    a.backward()
    with pytest.raises(RuntimeError, match="backward through split a second time"):
        a.backward()
    assert "made by split" in repr(a)


def test_passes_share_a_part_of_the_graph_when_retained():
    x = leaf()
    y = np.exp(x)
    a, b = (y * 2).sum(), (y * y).sum()
    a.backward(retain_graph=True)
    b.backward()
    np.testing.assert_allclose(x.grad.data, 2 * np.exp(X) + 2 * np.exp(2 * X))


def test_create_graph_gives_gradients_that_can_be_differentiated():
    x = leaf()
    (x**3).sum().backward(create_graph=True)
    first = x.grad
    x.grad = None
    (first**2).sum().backward()
    np.testing.assert_allclose(x.grad.data, 2 * 3 * X**2 * 6 * X)


def test_the_backward_pass_records_nothing_by_default():
    x = leaf()
    (x**3).sum().backward()
    assert not x.grad.requires_grad


def test_backward_inside_no_grad():
    x = leaf()
    y = (x * x).sum()
    with ag.no_grad():
        y.backward()
    np.testing.assert_allclose(x.grad.data, 2 * X)


# --- gradients()


def test_gradients_of_inner_results_and_several_outputs():
    x = leaf()
    y = x * 2
    z = y * y
    gy, gx = gradients([z, y], [y, x], [np.ones(3), X])
    np.testing.assert_allclose(gy.data, 4 * X + X)
    np.testing.assert_allclose(gx.data, 2 * (4 * X + X))
    assert x.grad is None


def test_gradients_do_not_share_memory():
    x, y, seed = leaf(), leaf(), np.ones(3)
    gx, gy = gradients(x + y, [x, y], seed)
    assert not np.shares_memory(gx.data, gy.data)
    assert not np.shares_memory(gx.data, seed)


def test_unused_inputs():
    x, w = leaf(name="x"), leaf(name="w")
    with pytest.raises(RuntimeError, match=r"no output depends on input 1 \(tensor 'w'\); pass allow_unused=True"):
        gradients(x.sum(), [x, w])
    assert gradients(x.sum(), [x, w], allow_unused=True)[1] is None


def test_gradients_checks_what_it_is_given():
    x = leaf()
    with pytest.raises(ValueError, match="2 outputs but 1 grad_outputs"):
        gradients([x * 1, x * 2], x, [X])
    with pytest.raises(RuntimeError, match=r"input 0 \(a tensor of shape \(3,\)\) does not require grad"):
        gradients(x.sum(), ag.tensor(X))
    with pytest.raises(ValueError, match="no inputs were given"):
        gradients(x.sum(), [])


def test_only_the_part_that_leads_to_the_inputs_is_computed():
    pulled = []

    @ag.primitive(x=lambda g, x: pulled.append(x.shape) or g)
    def watched(x):
        """The same values."""
        return x * 1.0

    x, w = leaf(), leaf([1.0])
    y = (watched(x) * watched(w)).sum()
    gradients(y, w)
    assert pulled == [(1,)]


# --- hooks


def test_hooks_see_and_replace_the_gradient():
    x = leaf()
    y = x * 2
    seen = []
    y.register_hook(lambda g: seen.append(g.data.copy()))
    handle = y.register_hook(lambda g: g * 10)
    (y * y).sum().backward(retain_graph=True)
    np.testing.assert_allclose(seen[0], 4 * X)
    np.testing.assert_allclose(x.grad.data, 80 * X)
    handle.remove()
    handle()
    x.grad = None
    (y * y).sum().backward()
    np.testing.assert_allclose(x.grad.data, 8 * X)


def test_a_hook_on_a_leaf_runs_once_on_the_sum_and_changes_what_is_stored():
    x = leaf()
    calls = []
    x.register_hook(lambda g: calls.append(1) or np.clip(g.data, -1, 1))
    (x * 3 + x).sum().backward()
    assert len(calls) == 1
    np.testing.assert_array_equal(x.grad.data, np.ones(3))


def test_a_hook_is_part_of_the_recorded_pass():
    x = leaf()
    x.register_hook(lambda g: g * x)
    (g,) = gradients((x * x).sum(), x, create_graph=True)
    np.testing.assert_allclose(g.data, 2 * X * X)
    x2 = leaf()
    x2.register_hook(lambda g: np.zeros(3))
    (g,) = gradients((x2 * x2).sum(), x2, create_graph=True)
    assert isinstance(g, ag.Tensor)


def test_a_hook_must_keep_the_shape():
    x = leaf()
    x.register_hook(lambda g: g.sum())
    with pytest.raises(ValueError, match=r"hook returned shape \(\) for a gradient of shape \(3,\)"):
        (x * 2).sum().backward()
    with pytest.raises(RuntimeError, match=r"register_hook\(\) on a tensor that does not require grad"):
        ag.tensor(1.0).register_hook(print)


# --- values overwritten in between


def test_a_value_that_is_still_needed_may_not_be_overwritten():
    w, x = leaf(name="w"), leaf()
    y = (w * x).sum()
    w.data[:] = 0
    ag.graph.overwritten([w])
    with pytest.raises(
        RuntimeError,
        match=r"backward through multiply: parameter 'w' of shape \(.*\) was overwritten.*before the update",
    ):
        y.backward()


def test_views_of_overwritten_storage_are_noticed():
    w, x = leaf(), leaf()
    y = (w[::2] * x[:2]).sum()
    ag.graph.assign([w], [np.zeros(3)])
    with pytest.raises(RuntimeError, match="was overwritten in place"):
        y.backward()


def test_overwriting_what_is_not_needed_is_fine():
    w, x = leaf(), leaf()
    y = (w + x).sum()
    other = (x * 2).sum()
    ag.graph.assign([w], [np.zeros(3)])
    y.backward()
    other.backward()
    np.testing.assert_allclose(x.grad.data, np.full(3, 3.0))
    later = (w * x).sum()
    later.backward()
    np.testing.assert_allclose(x.grad.data, np.full(3, 3.0))


def test_only_what_the_pass_visits_is_checked():
    w, x, v = leaf(), leaf(), leaf()
    y = (w * x).sum() + (v * 2).sum()
    ag.graph.assign([w], [np.zeros(3)])
    y.backward(inputs=[v], retain_graph=True)
    np.testing.assert_allclose(v.grad.data, np.full(3, 2.0))
    with pytest.raises(RuntimeError, match="was overwritten in place"):
        y.backward()


def test_assigning_data_is_always_safe():
    w, x = leaf(), leaf()
    y = (w * x).sum()
    w.data = np.zeros(3)
    y.backward()
    np.testing.assert_allclose(x.grad.data, X)


def test_zero_is_a_write():
    x, c = leaf(), ag.tensor(X)
    y = (x * c).sum()
    c.zero_()
    with pytest.raises(RuntimeError, match="was overwritten in place"):
        y.backward()


def test_gradients_in_aligned_memory_are_handed_out_as_they_are():
    from autograd.backward import owned

    room = np.empty(64 + 8 * 12, np.uint8)
    aligned = np.ndarray((3, 4), np.float64, room, 16)
    assert owned(aligned, set()) is not aligned  # `room` is a second way to its memory
    del room
    assert owned(aligned, set()) is aligned
    turned = np.empty((3, 4)).T
    assert owned(turned, set()) is turned
    other = turned[:2]
    assert owned(turned, set()) is not turned
    del other
    delivered = set()
    assert owned(turned, delivered) is turned
    assert owned(turned, delivered) is not turned


def test_gradients_that_overlap_or_are_parts_are_copied():
    from autograd.backward import owned

    for g in (
        np.broadcast_to(np.zeros(1), (5,)),
        np.zeros((9, 9))[:3],
        np.zeros(9)[::-1][:4],
        np.zeros((4, 4))[:, ::2],
    ):
        assert owned(g, set()) is not g
