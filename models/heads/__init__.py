"""Small trained heads on the sentence encoder, each with its card and the script that made it."""
