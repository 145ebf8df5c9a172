"""What the reporting service decides: pure functions."""
