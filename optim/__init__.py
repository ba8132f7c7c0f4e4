"""Optimizers and learning-rate schedules, built on `autograd`."""
