"""The demo story: a year of innovation in Romsdal, told as the messages people and systems would have sent."""
