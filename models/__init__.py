"""Adapters: one file a heavy library, each fulfilling a Protocol of `pipeline.ports`."""
