"""The recognisers that bench/asr.py compares, one file a library, ours among them."""
