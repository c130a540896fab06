"""How much of the machine the models of this process may use, and which part."""

from typing import Literal

from pipeline.errors import ModelError


def set_threads(n: int) -> None:
    """Processor threads for the models; 0 leaves them all cores."""
    import torch

    if n:
        torch.set_num_threads(n)


def threads(n: int) -> int:
    """Threads for a model that deals its work out itself; 0: as many as torch would take."""
    import torch

    return n or torch.get_num_threads()


def device(wanted: Literal["cpu", "cuda", "auto"]) -> Literal["cpu", "cuda"]:
    """Where the recogniser runs: `auto` is the card where torch sees one, else the processor.

    Raises
    ------
    ModelError
        A card is asked for and torch sees none.
    """
    import torch

    if wanted == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if wanted == "auto":
        return "cpu"
    built = "this torch is built for processors alone" if not torch.version.cuda else "none is seen"
    raise ModelError(
        "models.device",
        f"is cuda, but torch {torch.__version__} sees no graphics card ({built})",
        remedy="Set models.device to auto or cpu (--device); docs/install.md says how to install"
        " torch for CUDA (FIRSTCALL_TORCH=cuda make setup)",
        code="no_cuda",
    )
