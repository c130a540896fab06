"""Tables of what was understood, as people read them."""

from flows.finish import _shown
from pipeline.tables import QUOTE
from pipeline.types import Quote


def test_a_quote_from_a_translation_says_so_and_others_stand_as_they_are() -> None:
    spoken = Quote(recording_id="r", start_s=1.0, end_s=2.0, role="customer", text="My parcel.")
    translated = Quote(
        recording_id="r",
        start_s=1.0,
        end_s=2.0,
        role="customer",
        text="My parcel.",
        translated=True,
    )
    assert _shown(spoken)["text"] == "My parcel."
    assert _shown(translated)["text"] == "My parcel. (translated)"
    assert set(_shown(translated)) == {field.name for field in QUOTE.fields}
