"""How well the tests hold the council's rules: each small change to a rule should make one of them fail."""
