"""What understanding is worth, in figures."""
