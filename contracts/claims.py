"""Claims: what outside systems say happened, in plain text and by their own ids."""
