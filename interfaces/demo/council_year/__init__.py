"""A year of one council, generated from sixty problems and from who sits, when, and by which rules."""
