"""What can be wrong with a recording's sound: a file a family of faults, put together by doctor."""
