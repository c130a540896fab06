"""How much of the machine the models of this process may use."""


def set_threads(n: int) -> None:
    """Processor threads for the models; 0 leaves them all cores."""
    import torch

    if n:
        torch.set_num_threads(n)
