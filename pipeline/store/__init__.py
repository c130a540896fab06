"""The ledger and the tables: the only place that knows SQL."""
