"""Who decides what: one package a service."""
