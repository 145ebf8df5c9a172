"""What the council service decides: pure functions."""
