"""What the portfolio service decides: pure functions."""
