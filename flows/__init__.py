"""How the stages are put in order: one recording's way, Prefect flows, the command line."""
