"""Every primitive, over its samples: see autograd.testing for what must hold."""

import pytest
from hypothesis import settings

from autograd import registry
from autograd.testing import PRIMITIVE_CHECKS, check_order_3, check_primitive

LONG = settings.get_current_profile_name() == "long"
MAX_EXAMPLES = 300 if LONG else 25


@pytest.fixture(params=["reference"])
def kernel_set(request):
    """The set of kernels in use; a second, native set is one more parameter here."""
    return request.param


@pytest.mark.parametrize("name", sorted(name for name, p in registry.items() if p.args))
def test_primitive(name, kernel_set):
    checks = (*PRIMITIVE_CHECKS, check_order_3) if LONG else PRIMITIVE_CHECKS
    check_primitive(registry[name], MAX_EXAMPLES, checks)
