"""Files a person opens: the trend report and its exports."""
