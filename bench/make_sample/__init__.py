"""The script that made `data/sample`: see `__main__.py` for how to run it again."""
