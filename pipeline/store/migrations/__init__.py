"""Revisions of the tables. `pipeline.store.upgrade` runs them."""
