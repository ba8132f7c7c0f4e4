"""Tracing: what a Program holds, that it replays, and that it sees the backward sweep and updates."""

import tracemalloc

import numpy as np
import pytest

import autograd
from autograd import graph


def names(program):
    return [i.primitive.name for i in program.instructions]


def test_records_every_call_in_order_and_replays():
    program = autograd.trace(lambda x, k: autograd.tanh(x * 2.0) + k["b"], np.ones((2, 3)), {"b": np.zeros(3)})
    assert names(program) == ["multiply", "tanh", "add"]
    assert [v.shape for v in program.inputs] == [(2, 3), (3,)]
    assert program.outputs[0].shape == (2, 3)
    assert program.instructions[0].inputs[1] == 2.0
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(program(x, {"b": np.ones(3)}), np.tanh(2 * x) + 1, rtol=1e-15)


def test_values_of_the_same_array_are_one_value():
    x = autograd.tensor([1.0, 2.0], name="x")
    program = autograd.trace(lambda: x * x)
    assert len(program.constants) == 1
    assert program.constants[0].name == "x"
    assert program.constants[0].tensor is x
    assert program.instructions[0].inputs == (program.constants[0],) * 2


def test_backward_sweep_is_recorded_and_linked_to_its_forward_call():
    w = autograd.tensor([1.0, 2.0], requires_grad=True, name="w")

    def step(x):
        loss = autograd.tanh(w * x)
        loss.backward(np.ones(2, np.float32))
        return loss, w.grad

    program = autograd.trace(step, np.array([0.5, 0.25], np.float32))
    forward = [i for i in program.instructions if i.backward_of is None]
    backward = [i for i in program.instructions if i.backward_of is not None]
    assert [i.primitive.name for i in forward] == ["multiply", "tanh"]
    assert backward
    assert {program.instructions[i.backward_of].primitive.name for i in backward} == {"multiply", "tanh"}
    _, grad = program(np.array([0.5, 0.25], np.float32))
    np.testing.assert_allclose(grad, w.grad.data, rtol=1e-6)
    x = np.array([1.0, -1.0], np.float32)
    np.testing.assert_allclose(program(x)[1], x * (1 - np.tanh(w.data * x) ** 2), rtol=1e-5)


def test_updates_are_recorded_take_effect_and_replay_from_the_old_values():
    w = autograd.tensor([1.0, 2.0], requires_grad=True, name="w")

    def step():
        with autograd.no_grad():
            graph.assign([w], [w * 0.5])
            return w * 1.0

    program = autograd.trace(step)
    np.testing.assert_array_equal(w.data, [0.5, 1.0])
    (update,) = program.updates
    assert update[0].name == "w"
    assert program.instructions[1].inputs[0] is update[1], "a read after the write sees the new value"
    np.testing.assert_array_equal(program(), [0.5, 1.0])
    np.testing.assert_array_equal(w.data, [0.5, 1.0])


def test_print_scope_source_counts():
    def double(x):
        with graph.scope("encoder.0"):
            return x * 2.0

    program = autograd.trace(double, np.ones((4, 5), np.float32))
    text = str(program)
    assert "multiply(%0, 2.0)" in text
    assert "encoder.0" in text
    assert "test_program.py:" in text
    assert program.flops == 20
    assert program.bytes == 2 * 20 * 4
    assert "20 FLOPs" in text


def test_values_on_request():
    program = autograd.trace(lambda x: x * 3.0, np.ones(2), values=True)
    np.testing.assert_array_equal(program.outputs[0].data, [3.0, 3.0])
    assert autograd.trace(lambda x: x * 3.0, np.ones(2)).outputs[0].data is None


def test_replay_refuses_other_shapes_dtypes_and_structures():
    program = autograd.trace(lambda x: x * 3.0, np.ones(2))
    with pytest.raises(ValueError, match="trace again"):
        program(np.ones(3))
    with pytest.raises(ValueError, match="trace again"):
        program(np.ones(2, np.float32))
    with pytest.raises(ValueError, match="structure"):
        program([np.ones(2)])


def test_recording_ends_with_the_trace_also_after_an_error():
    def broken(x):
        raise KeyError("no")

    with pytest.raises(KeyError):
        autograd.trace(broken, np.ones(2))
    assert graph.get_mode() is None


@pytest.mark.parametrize(
    ("function", "shapes", "flops"),
    [
        (np.matmul, [(3, 4), (4, 5)], 2 * 3 * 4 * 5),
        (np.matmul, [(2, 3, 4), (4,)], 2 * 2 * 3 * 4),
        (autograd.affine, [(3, 4), (5, 4), (5,)], 3 * 5 * (2 * 4 + 1)),
        (autograd.conv2d, [(2, 4, 6, 6), (8, 4, 3, 3)], 2 * (2 * 8 * 4 * 4) * (4 * 3 * 3)),
        (lambda x, w: autograd.conv2d(x, w, groups=2), [(2, 4, 6, 6), (8, 2, 3, 3)], 2 * (2 * 8 * 4 * 4) * (2 * 3 * 3)),
        (autograd.conv_transpose2d, [(2, 4, 6, 6), (4, 8, 3, 3)], 2 * (2 * 4 * 6 * 6) * (8 * 3 * 3)),
        (lambda x: autograd.max_pool2d(x, 2), [(1, 3, 4, 4)], 3 * 4 * 4),
        (lambda x, y: np.einsum("ij,jk->ik", x, y), [(3, 4), (4, 5)], 2 * 3 * 4 * 5),
        (lambda x, y: np.einsum("i,j->ij", x, y), [(3,), (4,)], 3 * 4),
        (lambda x: np.einsum("ij->ji", x), [(3, 4)], 0),
        (lambda x: np.sum(x, axis=0), [(3, 4)], 12),
        (lambda x: np.argmax(x, axis=0), [(3, 4)], 12),
        (lambda x: np.cumsum(x), [(7,)], 7),
        (lambda x: autograd.sum_to(x, (4,)), [(3, 4)], 12),
        (lambda x: autograd.registry["add_rows"].fn(x, np.array([0, 0, 1]), 2), [(3, 4)], 12),
        (lambda x: x.T, [(3, 4)], 0),
    ],
)
def test_counts_of_flops(function, shapes, flops):
    assert autograd.trace(function, *(np.ones(shape) for shape in shapes)).flops == flops


def test_both_sides_of_a_matrix_product_cost_as_much_as_the_product():
    x, w = (autograd.tensor(np.ones(shape), requires_grad=True) for shape in [(8, 16), (16, 4)])
    program = autograd.trace(lambda: (x @ w).backward(np.ones((8, 4))))
    assert program.flops == 3 * (2 * 8 * 16 * 4)


def test_views_move_no_bytes():
    program = autograd.trace(lambda x: x.T[1:].reshape(2, 1, 3) * 2.0, np.ones((3, 3)))
    assert names(program)[:2] == ["transpose", "getitem"]
    assert [i.bytes for i in program.instructions[:2]] == [0, 0]
    assert program.instructions[-1].bytes == 2 * 6 * 8


def test_parameters_are_the_constants_that_require_grad():
    w = autograd.tensor([1.0, 2.0], requires_grad=True, name="w")
    program = autograd.trace(lambda x: x * w + np.ones(2, np.float32), np.ones(2, np.float32))
    assert [p.name for p in program.parameters] == ["w"]
    assert len(program.constants) == 2


def test_a_trace_keeps_no_results_alive():
    def chain(x):
        for _ in range(50):
            x = np.sin(x)
        return x.sum()

    x = np.ones(100_000)
    autograd.trace(chain, x)
    tracemalloc.start()
    program = autograd.trace(chain, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(program) == 51
    assert peak < 10 * x.nbytes
