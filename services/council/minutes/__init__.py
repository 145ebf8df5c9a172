"""The minutes of a meeting (protokoll): what they say, and how they are set."""
