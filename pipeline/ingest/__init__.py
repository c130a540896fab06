"""Find, decode, check and identify recordings and their metadata."""
