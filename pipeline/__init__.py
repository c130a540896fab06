"""The domain of firstcall: pure rules from recordings to first-contact resolution.

Nothing in here imports torch, whisper, transformers or prefect; models come in through
`pipeline.ports`, order is given by `flows`.
"""
