"""One root error. Each names the item, its value, what is allowed, and the next step.

Transient errors may go away by themselves (a file being written, a busy database) and are
tried again; permanent ones need a person.
"""


class FirstcallError(Exception):
    """Root of every error that firstcall raises on purpose.

    Parameters
    ----------
    item : str
        What it is about: a path, a setting, a row.
    problem : str
        What is wrong with it, with the value found and what is allowed.
    remedy : str
        What to do next.
    code : str
        A stable word to count by.
    """

    transient = False

    def __init__(self, item: str, problem: str, *, remedy: str, code: str) -> None:
        self.item, self.problem, self.remedy, self.code = item, problem, remedy, code
        super().__init__(item, problem, remedy, code)

    def __str__(self) -> str:
        return f"{self.item}: {self.problem}. {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.item, self.problem, self.remedy, self.code)


def _rebuild(
    kind: type[FirstcallError], item: str, problem: str, remedy: str, code: str
) -> FirstcallError:
    """Unpickle: errors cross process borders with all their parts."""
    return kind(item, problem, remedy=remedy, code=code)


class AudioError(FirstcallError):
    """A recording that can't be used."""


class MetadataError(FirstcallError):
    """Contact metadata that can't be used."""


class SettingsError(FirstcallError):
    """A setting with a value that isn't allowed."""


class ModelError(FirstcallError):
    """Weights or a library that a model needs is missing or not what it should be."""


class StoreError(FirstcallError):
    """The workspace can't be used as it is."""


class TransientError(FirstcallError):
    """May succeed when tried again."""

    transient = True
