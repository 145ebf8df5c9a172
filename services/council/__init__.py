"""The council service."""
