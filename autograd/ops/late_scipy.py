"""Families on top of SciPy; declared when a SciPy function meets a Tensor, or a module is used that needs it."""

from autograd.ops import (
    lu as lu,
    scipy_matrix_functions as scipy_matrix_functions,
    sparse as sparse,
    structured as structured,
)
