"""First-contact resolution and what goes with it, as METRICS defines them."""
