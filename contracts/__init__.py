"""What Løypa's services and other systems say to each other."""
