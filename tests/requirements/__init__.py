"""The requirements that Løypa came to be for, and the tests that prove them."""
