"""Array kernels: NumPy arrays in, NumPy arrays out, with no Tensor in sight."""
