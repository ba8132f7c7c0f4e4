from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from autograd.tree import flatten, unflatten

Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    "tree",
    [
        1.0,
        None,
        [],
        (),
        {},
        [1, (2, 3), {"a": 4, "b": [5]}],
        Point(1, [2, Point(3, 4)]),
        OrderedDict(z=1, a=2),
        (None, 1),
        (1,),
        "text is a leaf",
    ],
)
def test_flatten_and_unflatten_are_inverse(tree):
    leaves, structure = flatten(tree)
    back = unflatten(structure, leaves)
    assert back == tree
    assert type(back) is type(tree)
    assert flatten(back)[1] == structure
    assert hash(flatten(back)[1]) == hash(structure)


def test_leaves_come_from_left_to_right():
    array = np.zeros(2)
    assert flatten({"b": [1, array], "a": Point(2, 3)})[0] == [1, array, 2, 3]


def test_different_structures_differ_and_can_be_read():
    texts = {repr(flatten(t)[1]) for t in (1, [1], (1,), (1, 2), {"a": 1}, {"b": 1}, Point(1, 2), None)}
    assert texts == {"*", "[*]", "(*,)", "(*, *)", "{'a': *}", "{'b': *}", "Point(*, *)", "None"}
    assert flatten([1])[1] != flatten((1,))[1]
    assert flatten([1])[1] != [1]
