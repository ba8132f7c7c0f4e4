"""What stands behind NumPy functions whose signature or meaning is not that of our function of the same name.

NumPy hands us a call as it was written, so each function here takes NumPy's parameters in NumPy's order. `out` by
keyword is refused before any of them is called, by position here. Families that are declared late bring theirs along.
"""

from autograd.numpy_signatures import (
    elementwise as elementwise,
    joining as joining,
    like as like,
    refused as refused,
    writers as writers,
)
from autograd.numpy_signatures.ufunc_methods import UFUNC_METHODS as UFUNC_METHODS
