"""What a site can set: firstcall.toml, over it FIRSTCALL__SECTION__NAME, over it the command line.

Every stage reads its own section only; the section is part of the stage's fingerprint, so that
a changed setting redoes what depends on it and nothing else.
"""

import hashlib
import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from textwrap import shorten
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from pipeline.errors import SettingsError
from pipeline.phrases import Phrases


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'"{name}" is no IANA time zone; "Europe/Sofia" is one')
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """A group of settings; unknown names are refused, so that a typing error can't go unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(Section):
    """Who and where the contact centre is."""

    name: str = Field("Contact centre", description="stands at the top of the report")
    country: str = Field(
        "US", min_length=2, max_length=2, description="ISO 3166 code, for phone numbers"
    )
    timezone: Zone = Field("UTC", description="IANA zone of days, weeks and months")
    working_days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(
        (1, 2, 3, 4, 5), min_length=1, description="days of work, 1 is Monday; promises count them"
    )
    holidays: tuple[date, ...] = Field((), description="dates on which nobody works, 2026-12-25")


class Ingest(Section):
    """How recordings and metadata are read."""

    timezone: Zone | None = Field(
        None, description="IANA zone of times that state none; not set: such times are refused"
    )
    day_first: bool = Field(
        False, description="03/04 is day/month; not set: the file's other dates decide, or an error"
    )
    raw_rate_hz: int | None = Field(
        None, ge=4000, le=48000, description="rate of headerless .ulaw and .alaw audio"
    )
    filename_preset: Literal["none", "auto", "freepbx", "issabel", "guid", "convo"] = Field(
        "auto", description="whose file names are read; auto: freepbx, guid or convo, what fits"
    )
    filename_template: str | None = Field(
        None,
        description="file names of your own, in the place of a preset: "
        "{agent_id}_{customer_phone}_{started_at:%Y%m%d-%H%M%S}",
    )
    channel_map: tuple[Literal["agent", "customer", "unknown"], ...] | None = Field(
        None, description="who is on which channel, where metadata doesn't say"
    )
    min_duration_s: float = Field(1.0, ge=0, description="shorter recordings are quarantined")


class Listen(Section):
    """From sound to words. Any change here transcribes everything again."""

    engine: Literal["whisper", "faster-whisper", "transformers"] = Field(
        "whisper", description="the recogniser: ours, or another library on the same weights"
    )
    model: str = Field("base", description="Whisper model by name, or a hub id of the engine's")
    model_path: Path | None = Field(
        None, description="a .pt file, or a folder of the engine's, of your own"
    )
    language: str = Field("auto", description='"auto" (found per side) or a code such as "en"')
    languages: tuple[str, ...] = Field((), description='detected among these only, as ["en", "es"]')
    numeric_mode: Literal["auto", "float32", "bfloat16", "float16", "int8"] = Field(
        "auto",
        description="how the recogniser multiplies; auto: the fastest where the first run was",
    )
    fallback: bool = Field(
        False, description="windows with poor words are heard again; each takes seconds"
    )
    speech_threshold: Share = Field(0.5, description="probability from which sound is speech")
    min_speech_s: float = Field(0.2, ge=0, description="shorter sounds are passed over")
    min_silence_s: float = Field(1.0, ge=0, description="shorter pauses stay within speech")
    utterance_pause_s: float = Field(0.8, gt=0, description="longer pauses end an utterance")
    max_window_s: float = Field(20.0, gt=1, le=30, description="most that is recognised at once")
    batch_windows: int = Field(16, ge=1, le=256, description="windows recognised together")
    translate: bool = Field(
        True, description="windows that aren't English are also translated, for analysis"
    )
    voice_arousal: bool = Field(
        True, description="read from a customer's voice how roused it is; an agent's never is read"
    )
    vocabulary: Phrases = Field(
        (), description="names to listen for, as they shall be written; engine whisper only"
    )


class Redact(Section):
    """What is hidden before anything is stored. Any change here transcribes everything again."""

    names: bool = Field(
        False, description='also hide names told after "my name is" or before "speaking"'
    )


class Understand(Section):
    """From words to topic, issue and sentiment. Any change here reads all transcripts again."""

    encoder: str = Field("all-MiniLM-L6-v2", description="sentence encoder by name")
    encoder_path: Path | None = Field(None, description="folder of a sentence encoder of your own")
    numeric_mode: Literal["auto", "float32", "int8"] = Field(
        "auto", description="how the encoder multiplies; auto: the fastest where the first run was"
    )
    sentiment_model: str | None = Field(
        None,
        description="hub id or folder of a text classification or zero-shot model for sentiment, "
        "in the place of ours",
    )
    emotion_model: str | None = Field(None, description="the same for emotions")
    topics_file: Path | None = Field(None, description="topics.toml of your own")
    topics_head: Path | None = Field(
        None, description="topics trained by `firstcall topics train`, instead of topics_file's"
    )
    phrases_dir: Path | None = Field(
        None, description="folder with phrase files of your own, such as de.toml"
    )
    topic_threshold: Share = Field(0.35, description="below this score: unknown")
    products: Phrases = Field(
        (), description="names of products to find in what customers say, as they shall be written"
    )


class Link(Section):
    """Which contacts are about the same issue."""

    lookback_days: float = Field(
        30, gt=0, description="furthest back that a contact is linked; no window is longer"
    )
    threshold: Share = Field(0.5, description="score from which two contacts are the same issue")
    max_customer_ids_per_identifier: int = Field(
        3, ge=1, description="a number or account with more customer ids is a switchboard"
    )
    inferred_merges: bool = Field(
        True, description="merge transferred and dropped legs that share no id"
    )
    min_contact_s: float = Field(5, ge=0, description="shorter calls are left out as too short")


class Measure(Section):
    """What is counted, and from when to when the data are complete."""

    windows_days: tuple[float, ...] = Field(
        (1, 2, 7, 14, 30), description="windows W of FCR, up to link.lookback_days"
    )
    primary_window_days: float = Field(7, description="W of the headline figure")
    min_n: int = Field(30, ge=1, description="rates on fewer are greyed")
    complete_from: datetime | None = Field(
        None, description="first moment with all data; not set: the first contact's start"
    )
    complete_to: datetime | None = Field(
        None, description="last moment with all data, before --as-of; leave it out for nights"
    )


def _default_cache() -> Path:
    return Path.home() / ".cache" / "firstcall"


class Models(Section):
    """Where weights are kept, and what they run on."""

    cache_dir: Path = Field(default_factory=_default_cache, description="where weights are kept")
    threads: int = Field(0, ge=0, description="processor threads; 0: the library decides")
    device: Literal["cpu", "cuda", "auto"] = Field(
        "cpu", description="what the recogniser runs on; auto: a graphics card, if there is one"
    )


class Run(Section):
    """How work is cut and when it is given up."""

    shard_minutes: float = Field(
        10, gt=0, description="minutes of audio that are recognised and kept as one"
    )
    max_failure_share: Share = Field(0.5, description="more quarantined than this fails the run")
    max_attempts: int = Field(3, ge=1, description="tries after errors that may pass by themselves")


class Store(Section):
    """Where results are kept."""

    url: str | None = Field(
        None, description="postgresql://user@host/name; not set: SQLite in the workspace"
    )


class Settings(BaseSettings):
    """All settings of a site."""

    model_config = SettingsConfigDict(
        env_prefix="FIRSTCALL__", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    site: Site = Site()
    ingest: Ingest = Ingest()
    listen: Listen = Listen()
    redact: Redact = Redact()
    understand: Understand = Understand()
    link: Link = Link()
    measure: Measure = Measure()
    models: Models = Field(default_factory=Models)
    run: Run = Run()
    store: Store = Store()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which arrives as `init_settings`."""
        return env_settings, init_settings

    @property
    def zone(self) -> ZoneInfo:
        """Zone of the site's days."""
        return ZoneInfo(self.site.timezone)

    def fingerprint(self, section: str) -> str:
        """SHA-256 of one section's values: the settings' part of a stage's fingerprint."""
        values = getattr(self, section).model_dump(mode="json")
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def load(file: Path | None, overrides: dict[str, dict[str, Any]] | None = None) -> Settings:
    """Settings from a TOML file (or none), the environment, and the command line's overrides.

    Raises
    ------
    SettingsError
        The file can't be read as TOML, or a value isn't allowed; all such values are named.
    """
    values = _read(file) if file else {}
    name = str(file) if file else "settings"
    try:
        settings = Settings(**values)
        for section, changes in (overrides or {}).items():
            merged = getattr(settings, section).model_dump(exclude_unset=True) | changes
            settings = settings.model_copy(
                update={section: type(getattr(settings, section))(**merged)}
            )
    except ValidationError as error:
        raise SettingsError(
            name, _explain(error), remedy="See docs/settings.md for every setting", code="setting"
        ) from error
    return settings


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            str(file), f"can't be read ({error.strerror})", remedy="Check the path", code="setting"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            str(file), f"is not valid TOML: {error}", remedy="Mend that line", code="setting"
        ) from error


def _explain(error: ValidationError) -> str:
    parts = []
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"])
        shown = shorten(repr(problem["input"]), 80, placeholder=" …")
        parts.append(f"{place} = {shown}: {problem['msg']}")
    return "; ".join(parts)
