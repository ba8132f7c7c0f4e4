"""Reverse-mode automatic differentiation over NumPy arrays."""
