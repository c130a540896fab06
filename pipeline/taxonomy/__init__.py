"""What sites edit: topics, causes, phrases per language."""
