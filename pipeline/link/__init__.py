"""Same customer, same issue: contacts and their issue threads."""
