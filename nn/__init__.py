"""Neural network layers, models and training, built on `autograd`."""
