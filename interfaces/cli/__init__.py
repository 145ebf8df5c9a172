"""The `loypa` command."""
