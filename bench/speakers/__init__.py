"""What channels and speakers are worth, in figures."""
