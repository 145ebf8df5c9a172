"""Generates what other systems read of the contracts: JSON Schemas, golden examples and AsyncAPI."""
