"""How people and other programs reach Løypa."""
