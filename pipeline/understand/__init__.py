"""Sentiment, topics, the issue, what the words claim, and redaction."""
