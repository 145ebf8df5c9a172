"""What the intake service decides: pure functions."""
