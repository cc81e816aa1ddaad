"""Every setting, read once: defaults, then `<home>/tidemark.toml`, then the environment, then the command line.

What belongs here: names, defaults and meanings. What does not: anything that opens a file other than `tidemark.toml`.
"""

import os
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    FiniteFloat,
    JsonValue,
    SecretStr,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    field_validator,
    model_validator,
)

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Names of this machine, to which nothing needs TLS."""
DEFAULT_ASSETS = ("BTC", "ETH", "XRP", "BNB", "SOL", "DOGE", "ADA", "LINK", "AVAX", "LTC", "DOT", "SUI")
DEFAULT_TARDIS_EXCHANGES = ("binance-futures", "bybit", "bitmex", "okex-swap", "deribit")


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it and says what would be right."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _plain_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("has a line break or a control character in it")
    return value


def _zone_name(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no IANA time zone; one is written like Europe/Berlin") from None
    return value


_SECRET_NAME = re.compile(r"(?i)(passw(or)?d|token|client_secret|(api|access|secret|private)_?key)$")
_SECRET_TEXT = re.compile(r"(?i)://[^/\s@]*:[^/\s@]+@|^\w*(password|passwd|token|secret|key)=.")


def _secrets_in(name: str, value: JsonValue) -> Iterator[str]:
    """The names of options that hold a secret by name or by form."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _secrets_in(f"{name}.{key}", each)
    elif isinstance(value, list):
        for each in value:
            yield from _secrets_in(name, each)
    elif isinstance(value, str) and (_SECRET_NAME.search(name) or _SECRET_TEXT.search(value)):
        yield name


Line = Annotated[str, AfterValidator(_plain_line)]
Value = StrictBool | StrictInt | FiniteFloat | datetime | date | StrictStr
"""What a column of a mart is compared with."""


class MailList(_Section):
    """`[[mail.lists]]`: who gets the recap together, and in whose time the cut-off is told besides UTC."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$", description="one word: a-z, 0-9, - and _")
    recipients: tuple[Line, ...] = Field((), description="mail addresses")
    unsubscribe: Annotated[str, AfterValidator(_plain_line)] | None = Field(
        None, pattern=r"^(mailto|https):[^\s<>]+$", description="List-Unsubscribe, `mailto:` or `https:`"
    )
    timezone: Annotated[str, AfterValidator(_zone_name)] = Field(
        "UTC", description="IANA name; the day stays the UTC day"
    )


class Mail(_Section):
    """`[mail]`: without `host`, a recap's mail stays an `.eml` on disk."""

    host: str | None = Field(None, description="SMTP relay; none: nothing is sent")
    port: int = Field(587, description="25, 587 (STARTTLS) or 465 (TLS)")
    tls: Literal["none", "starttls", "tls"] = Field("starttls", description="how the connection is secured")
    user: str | None = Field(None, description="login name; none: no login")
    password: SecretStr | None = Field(
        None, description="from TIDEMARK_SMTP_PASSWORD or TIDEMARK_SMTP_PASSWORD_FILE only"
    )
    sender: Line = Field("tidemark@localhost", description="From")
    reply_to: Line | None = Field(None, description="Reply-To")
    to: tuple[Line, ...] = Field((), description="recipients of the list `daily`, for those who need only one")
    lists: tuple[MailList, ...] = Field((), description="further lists")
    timeout_s: float = Field(30, gt=0, description="seconds for each SMTP step")

    @model_validator(mode="after")
    def _names_differ(self) -> "Mail":
        names = [each.name for each in self.every_list]
        if len(set(names)) < len(names):
            raise ValueError("two lists have the same name (`to` is the list daily)")
        return self

    @property
    def every_list(self) -> tuple[MailList, ...]:
        """The lists, `to` as the first of them."""
        return (*([MailList(name="daily", recipients=self.to)] if self.to else []), *self.lists)


class Nightly(_Section):
    """`[nightly]`: when yesterday is told, and for how long what is late is waited for."""

    on: bool = Field(
        False, description="schedules and sensors run unless the UI says otherwise; else only if it says so"
    )
    at: time = Field(
        time(6, 30), description="first look, on the clock of `timezone`; daily dumps are out by about 06:00 UTC"
    )
    timezone: Annotated[str, AfterValidator(_zone_name)] = Field(
        "UTC", description="IANA name; the day stays the UTC day"
    )
    wait_hours: float = Field(
        5.5, ge=0, le=23, description="at most so long for late dumps, then the day goes out incomplete"
    )
    late_days: int = Field(
        14, ge=0, le=40, description="days after which a dump that is still missing is no longer looked for"
    )

    @property
    def waits(self) -> tuple[timedelta, ...]:
        """When to look, counted from the first look: after 15, 45, 105 … minutes, and at last when waiting ends."""
        last, step, waits = timedelta(hours=self.wait_hours), timedelta(minutes=15), [timedelta()]
        while waits[-1] + step < last:
            waits.append(waits[-1] + step)
            step *= 2
        return tuple(dict.fromkeys((*waits, last)))


class Retention(_Section):
    """`[retention]`: what the schedule `retention` removes; by default nothing."""

    dumps_days: int | None = Field(
        None, ge=8, description="keep dumps of so many days; older ones go if the lake has their rows"
    )
    event_log_days: int | None = Field(None, ge=1, description="keep the event logs of runs for so many days")
    sent_days: int | None = Field(
        None,
        ge=41,
        description="keep what mails and alerts said and who got them for so many days; then only that they were sent",
    )


class Notify(_Section):
    """`[notify]`: where alerts go, those of failed runs and those of `[[alerts]]`."""

    to: tuple[Line, ...] = Field((), description="mail addresses, by the relay of `[mail]`")
    webhook: SecretStr | None = Field(
        None, description="address that gets signed JSON; https, or http on this machine; it shows nowhere"
    )
    secret: SecretStr | None = Field(
        None, description="signs it; from TIDEMARK_WEBHOOK_SECRET or TIDEMARK_WEBHOOK_SECRET_FILE only"
    )
    attempts: int = Field(3, ge=1, le=10, description="requests to the webhook until it answers 2xx")
    timeout_s: float = Field(10, gt=0, le=60, description="seconds for each of them")

    @field_validator("webhook")
    @classmethod
    def _is_safe(cls, value: SecretStr | None) -> SecretStr | None:
        at = urlsplit(_plain_line(value.get_secret_value()) if value else "https://none")
        is_here = at.hostname in LOOPBACK
        if not at.hostname or at.username or at.scheme not in ("https", *(["http"] if is_here else [])):
            raise ValueError("is no https address (http only on this machine; no user:password@)")
        return value


class Threshold(_Section):
    """`[[alerts]]`: rows of a mart that someone wants to hear of, once per day, name and revision."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,30}$", description="one word: a-z, 0-9, - and _")
    mart: str = Field(description="a mart that has days")
    column: str = Field(description="its column that is compared")
    operator: Literal[">", ">=", "<", "<=", "=", "!=", "is known"] = Field(
        ">", description="`is known`: there is a value at all"
    )
    value: Value | None = Field(None, description="a number, text, true or false, or a date; none for `is known`")
    where: dict[str, Value] = Field({}, description="only rows whose columns have these values")

    @model_validator(mode="after")
    def _has_a_value(self) -> "Threshold":
        if (self.operator == "is known") != (self.value is None):
            raise ValueError("`is known` takes no value, any other operator needs one")
        return self


class Postgres(_Section):
    """`[postgres]`: where Dagster keeps its history instead of SQLite files in the home; wants the extra `postgres`."""

    host: Line | None = Field(None, description="server, or the folder of its socket; none: SQLite in the home")
    port: int = Field(5432, ge=1, le=65535)
    database: Line = Field("tidemark", description="its tables are made on first use")
    user: Line = Field("tidemark", description="role that owns them")
    password: SecretStr | None = Field(
        None, description="from TIDEMARK_POSTGRES_PASSWORD or TIDEMARK_POSTGRES_PASSWORD_FILE only"
    )
    connect_timeout_s: int = Field(10, ge=2, description="seconds for a connection")


class _Plugin(_Section):
    module: Line = Field(description="where Python imports it from")
    config: dict[str, JsonValue] = Field(
        {}, description='its own options, by its own documentation; a secret as { env = "NAME" }'
    )

    @field_validator("config")
    @classmethod
    def _has_no_secret(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if found := next(_secrets_in("config", value), None):
            raise ValueError(f'{found} belongs in the environment: write {{ env = "NAME" }}')
        return value


class RunLauncher(_Plugin):
    """A class of Dagster's kind, as `run_launcher` of a `dagster.yaml` has it."""

    name: Line = Field(alias="class", description="its class")


class Executor(_Plugin):
    """An executor of Dagster's kind."""

    module: Line = Field("dagster", description="where Python imports it from")
    name: Line = Field("in_process_executor", description="what it is called there")


class Dagster(_Section):
    """`[dagster]`: who does the runs; by default this host, each in one process."""

    max_concurrent_runs: int = Field(2, ge=1, description="runs at once, wherever they are done")
    days_per_run: int | None = Field(None, ge=1, description="a backfill is a run per so many days; none: one run")
    run_launcher: RunLauncher | None = Field(
        None, description="starts the runs that end with the lake on other hosts; none: all runs are done here"
    )
    executor: Executor = Field(Executor(), description="how a run does its steps, all of which need the run's home")


class Warehouse(_Section):
    """`[warehouse]`: what computes the marts."""

    engine: Literal["duckdb", "spark"] = Field(
        "duckdb", description="`spark` needs the extra `tidemark[spark]` and Java 17"
    )
    database: Line | None = Field(
        None,
        pattern=r"^(ducklake:.*\bwarehouse\.\w+|md:warehouse)$",
        description="catalogue that has the models' tables in place of a file: ducklake:…/warehouse.ducklake or md:warehouse",
    )
    master: str = Field("local[*]", description="Spark's master: this machine, or a cluster as spark://host:7077")
    spark: dict[str, str] = Field({}, description="further settings of the Spark session, by Spark's own names")


class Bucket(_Section):
    """`[bucket]`: how the store is reached that `lake` and `published` name; wants the extra `bucket`.

    Credentials are those that the store's own tools find in the environment, such as AWS_SECRET_ACCESS_KEY.
    """

    options: dict[str, str] = Field(
        {}, description="further options by obstore's names, such as `endpoint` and `region`"
    )
    retries: int = Field(5, ge=0, le=20, description="requests again where one fails, with back-off")
    timeout_s: float = Field(60, gt=0, description="seconds for one request")

    @field_validator("options")
    @classmethod
    def _has_no_secret(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if any(word in name.lower() for word in ("secret", "token", "password", "key")):
                raise ValueError(f"{name} belongs in the environment")
        return value


_IN_A_STORE = re.compile(r"(s3|gs|az)://[^/\s]+(/\S*)?")


def _place(value: str) -> str:
    if not _is_in_a_store(value):
        return str(Path(value).expanduser())
    if not _IN_A_STORE.fullmatch(value):
        raise ValueError("is neither a folder nor s3://bucket/…, gs://bucket/… or az://container/…")
    return value.rstrip("/")


def _is_in_a_store(place: str) -> bool:
    return "://" in place


Place = Annotated[Line, AfterValidator(_place)]
"""A folder, seen from the home, or a prefix of its own in an object store."""


class Report(_Section):
    """`[report]`: a look of the house's own; paths are seen from the home."""

    templates: Path | None = Field(None, description="folder with page/, mail/ or text/ templates that go first")
    theme: Path | None = Field(None, description="TOML file with colours by role, in [light] and [dark]")


class Settings(_Section):
    """All that a run depends on besides the dumps themselves."""

    home: Path = Field(description="where dumps, lake, warehouse and recaps live (TIDEMARK_HOME, --home)")
    archive: str | None = Field(None, description="folder or address that replaces every vendor's (TIDEMARK_ARCHIVE)")
    assets: tuple[str, ...] = Field(
        DEFAULT_ASSETS, description="base assets asked for where an archive cannot be listed"
    )
    tardis_exchanges: tuple[str, ...] = Field(
        DEFAULT_TARDIS_EXCHANGES, description="Tardis.dev exchange names to fetch"
    )
    feeds: tuple[str, ...] = Field((), description="feeds to ask the archives for besides those asked for by default")
    first_day: date = Field(date(2023, 1, 1), description="first daily partition, UTC")
    lake: Place = Field(
        "lake", description="folder, or s3://, gs://, az:// for hosts that share it: each then has a copy in its home"
    )
    published: Place = Field(
        "published", description="folder, or s3://, gs://, az:// that gets what is published in the home"
    )
    nightly: Nightly = Nightly()
    retention: Retention = Retention()
    threads: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), ge=1, description="worker threads")
    connections_per_host: int = Field(8, ge=1, description="downloads at once from one host")
    readable_by: Literal["owner", "group", "everyone"] = Field(
        "owner", description="who on this machine may read published/, recaps/ and lake/; nothing else ever opens"
    )
    offline: bool = Field(False, description="use what was fetched before and ask no archive (--offline)")
    memory_limit: ByteSize = Field(
        ByteSize(1_500_000_000), description="DuckDB's limit in the pipeline, as 2GB; Python takes 0.4 GB more"
    )
    mail: Mail = Mail()
    notify: Notify = Notify()
    alerts: tuple[Threshold, ...] = Field((), description="thresholds over marts")
    report: Report = Report()
    postgres: Postgres = Postgres()
    dagster: Dagster = Dagster()
    warehouse: Warehouse = Warehouse()
    bucket: Bucket = Bucket()

    @field_validator("alerts")
    @classmethod
    def _names_differ(cls, value: tuple[Threshold, ...]) -> tuple[Threshold, ...]:
        if len({each.name for each in value}) < len(value):
            raise ValueError("two of them have the same name")
        return value

    @model_validator(mode="after")
    def _hosts_share_what_they_must(self) -> "Settings":
        if self.dagster.run_launcher and not (self.postgres.host and self.is_lake_shared):
            raise ValueError("dagster.run_launcher: other hosts need [postgres] and a lake in an object store")
        return self

    @model_validator(mode="after")
    def _places_are_apart(self) -> "Settings":
        lake, published = (self.home / place for place in (self.lake, self.published))
        if lake.is_relative_to(published) or published.is_relative_to(lake):
            raise ValueError("lake and published: one is within the other")
        return self

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @cached_property
    def paths(self) -> "Paths":
        """Where everything lies; of what is in an object store, the copy of this home."""
        lake = "lake" if self.is_lake_shared else self.lake
        published = "published" if self.is_mirrored else self.published
        return Paths(self.home, self.home / lake, self.home / published)

    @property
    def is_lake_shared(self) -> bool:
        """Whether the lake is in an object store."""
        return _is_in_a_store(self.lake)

    @property
    def is_mirrored(self) -> bool:
        """Whether readers elsewhere have the publication in an object store."""
        return _is_in_a_store(self.published)

    @property
    def build_database(self) -> str:
        """What DuckDB opens to build: the private file of the home unless settings name a catalogue."""
        return self.warehouse.database or str(self.paths.warehouse)


Engine = dict[str, str | bool | int | float | list[str]]
"""DuckDB's own settings."""


def engine(settings: Settings) -> Engine:
    """Threads and memory of a DuckDB connection."""
    return {"threads": settings.threads, "memory_limit": f"{settings.memory_limit}B"}


class Paths:
    """The layout of a home; one attribute per place, nothing is created here. Lake and publication may lie elsewhere."""

    def __init__(self, home: Path, lake: Path, published: Path) -> None:
        self.home = home
        self.dumps = home / "dumps"
        self.inbox = home / "inbox"
        self.lake = lake
        self.build = home / "build"
        self.warehouse = home / "build" / "warehouse.duckdb"
        self.spark = home / "build" / "spark"
        self.published = published
        self.published_db = self.published / "tidemark.duckdb"
        self.recaps = home / "recaps"
        self.dagster = home / "dagster"
        self.mail = home / "mail"
        self.alerts = home / "alerts"

    def recap_page(self, day: date) -> Path:
        """The page of a day's recap; it is there once the day was told."""
        return self.recaps / str(day) / "index.html"


def load(home: str | Path | None = None, archive: str | None = None, **overrides: Any) -> Settings:
    """Read the settings; later sources win: defaults, `<home>/tidemark.toml`, environment, arguments.

    Raises SettingsError with the file or variable and what is wrong with it.
    """
    at = Path(home or os.environ.get("TIDEMARK_HOME") or "data").expanduser().resolve()
    values: dict[str, Any] = _read_toml(at / "tidemark.toml")
    values["home"] = at
    chosen = archive or os.environ.get("TIDEMARK_ARCHIVE") or values.get("archive")
    values["archive"] = _absolute_archive(chosen)
    _take_over_nightly_at(at, values)
    for section, (name, variable) in _SECRETS.items():
        values[section] = _with_secret(at, values, section, name, variable)
    values.update({name: value for name, value in overrides.items() if value is not None})
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def yesterday(now: datetime | None = None) -> date:
    """The newest complete UTC day."""
    return (now or datetime.now(UTC)).astimezone(UTC).date() - timedelta(days=1)


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from None


def _absolute_archive(value: str | None) -> str | None:
    if value is None or "://" in value:
        return value
    return str(Path(value).expanduser().resolve())


def _take_over_nightly_at(home: Path, values: dict[str, Any]) -> None:
    """`nightly_at`, UTC, was the name of `[nightly] at`."""
    if "nightly_at" not in values:
        return
    if "at" in values.setdefault("nightly", {}):
        raise SettingsError(f"nightly_at: {home / 'tidemark.toml'} has it and [nightly] at; leave out nightly_at")
    values["nightly"] = {**values["nightly"], "at": values.pop("nightly_at")}


def _with_secret(home: Path, values: dict[str, Any], section: str, name: str, variable: str) -> dict[str, Any]:
    """The section with its secret, which comes from the environment or a file that it names."""
    written = values.get(section, {})
    if name in written:
        where = f"{variable}, or its file in {variable}_FILE"
        raise SettingsError(f"{section}.{name}: does not belong in {home / 'tidemark.toml'}; set {where}")
    secret = _secret(os.environ, variable)
    return {**written, name: secret} if secret else written


_SECRETS = {
    "mail": ("password", "TIDEMARK_SMTP_PASSWORD"),
    "notify": ("secret", "TIDEMARK_WEBHOOK_SECRET"),
    "postgres": ("password", "TIDEMARK_POSTGRES_PASSWORD"),
}


def own_secrets() -> list[str]:
    """The secrets that the environment gives or points to, wherever they can be read."""
    found = []
    for _, variable in _SECRETS.values():
        try:
            found.append(_secret(os.environ, variable))
        except (OSError, ValueError):
            continue
    return [secret for secret in found if secret]


def _secret(environment: "os._Environ[str]", variable: str) -> str | None:
    if value := environment.get(variable):
        return value
    if file := environment.get(f"{variable}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{variable}_FILE: {file}: {error.strerror}") from None
    return None


def _explain(error: ValidationError) -> str:
    """Name each wrong setting without repeating its value, which may be a secret."""
    return "; ".join(
        ": ".join([*filter(None, [".".join(map(str, item["loc"]))]), item["msg"]]) for item in error.errors()
    )
