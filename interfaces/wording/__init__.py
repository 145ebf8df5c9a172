"""What people read when a rule says no: a sentence for each refusal in bokmål, nynorsk and English, as data."""
