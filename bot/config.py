"""Configuration: qunguan.toml and the environment, checked as a whole before anything starts."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from bot.core.ads.score import OUT_OF_REACH
from bot.core.members.posts.when import WhenError, parse
from bot.core.settings import Settings
from bot.core.text.sites import site_names, why_no_site
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.core.settings import Ladder

FILE = "qunguan.toml"

# The first name wins. The second is what the rest of the Wechaty ecosystem reads.
_ENDPOINT = ("QUNGUAN_WECHATY_ENDPOINT", "WECHATY_PUPPET_SERVICE_ENDPOINT")
_TOKEN = ("QUNGUAN_WECHATY_TOKEN", "WECHATY_PUPPET_SERVICE_TOKEN")
_ENDPOINT_FORM = re.compile(r"^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(\d{1,5})$")
_ID = re.compile(r"^[!-~]+$")
_MAX_PORT = 65535
# Why a post's time is refused.
_WHEN = {
    "when": "is no time; write it like daily 9:00, wed 20:00, monthly 1 10:00, 2026-12-24 20:00 or 0 20 * * 3",
    "date": "there is no such day",
    "cron": "is no cron line; of day and weekday one must be *",
    "often": "comes more than four times a day; write fewer hours and minutes",
}
# Of ordinary messages that look like ads (data/evaluation/ads/dev.jsonl) one in ten scores 0.2 and more, one in
# twenty 0.4; of small talk 1 in 500 scores 0.2. Below, a score says nothing.
LEAST_SUSPECT = 0.2
LEAST_AD = 0.4
_MAY_BE_EMPTY = {"id", "timezone", "webhook", "endpoint", "token", "ca_file", "server_name"}


def load_settings(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings in force: qunguan.toml if there is one, then the environment on top.

    Args:
        folder: where qunguan.toml may lie.
        environment: variables to read, the process's own by default.

    Raises:
        ConfigError: a key is unknown, a value is wrong, or two settings contradict each other.
    """
    path = folder / FILE
    raw = _read(path) if path.is_file() else {}
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_spell(str(error), raw)}") from None
    settings = _with_environment(settings, os.environ if environment is None else environment)
    _check(settings, path)
    return settings


def require_gateway(settings: Settings) -> None:
    """Check that the gateway can be reached with what is configured.

    Raises:
        ConfigError: endpoint or token is missing, or the endpoint is not host:port.
    """
    endpoint = settings.wechaty.endpoint
    if not endpoint:
        raise ConfigError(
            f"no gateway endpoint: set {_ENDPOINT[0]}=host:port, or endpoint in [wechaty] of {FILE}"
        )
    form = _ENDPOINT_FORM.match(endpoint)
    if form is None or not 0 < int(form[1]) <= _MAX_PORT:
        raise ConfigError(f"the gateway endpoint must be host:port, not {endpoint!r}")
    if not settings.wechaty.token:
        raise ConfigError(f"no gateway token: set {_TOKEN[0]}, or token in [wechaty] of {FILE}")


def names_for_ids(settings: Settings) -> list[str]:
    """Return a line for everybody who is named where the platform's id is wanted: such an entry protects nobody.

    Contact ids are plain signs without blanks; nicknames in Chinese, or with blanks in them, are none.

    Args:
        settings: as read.
    """
    lists: list[tuple[str, Iterable[str]]] = [
        ("operator.id", filter(None, [settings.operator.id])),
        ("defaults.whitelist", settings.defaults.whitelist),
        ("defaults.staff", settings.defaults.staff),
        ("defaults.duty", [duty.who for duty in settings.defaults.duty]),
        ("checkin.never", settings.checkin.never),
    ]
    for room, own in settings.rooms.items():
        lists += [
            (f'rooms."{room}".whitelist', own.whitelist or ()),
            (f'rooms."{room}".staff', own.staff or ()),
            (f'rooms."{room}".duty', [duty.who for duty in own.duty or ()]),
        ]
    return [
        f"{key}: {entry!r} looks like a nickname; write the contact id"
        " (qunguan export shows the ids of members), or it holds for nobody"
        for key, entries in lists
        for entry in entries
        if not _ID.match(entry)
    ]


def _read(path: Path) -> dict[str, Any]:
    try:
        return _without_empty(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None


def _without_empty(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table without the empty texts that say nothing is set (`id = ""`)."""
    return {
        key: _without_empty(value) if isinstance(value, dict) else value
        for key, value in table.items()
        if value != "" or key not in _MAY_BE_EMPTY
    }


def _spell(message: str, raw: dict[str, Any]) -> str:
    """Return a validation error with the room's name where the library only says [...]."""
    if "$.rooms[...]" not in message:
        return message.replace("`$.", "`").replace("`$`", "the file")
    for room, own in raw.get("rooms", {}).items():
        try:
            msgspec.convert({"rooms": {room: own}}, Settings)
        except msgspec.ValidationError as error:
            return str(error).replace("$.rooms[...]", f'rooms."{room}"')
    return message


def _with_environment(settings: Settings, environment: Mapping[str, str]) -> Settings:
    changes = {}
    for field, names in (("endpoint", _ENDPOINT), ("token", _TOKEN)):
        value = next((environment[name].strip() for name in names if environment.get(name, "").strip()), None)
        if value is not None:
            changes[field] = value
    if changes:
        settings = msgspec.structs.replace(
            settings, wechaty=msgspec.structs.replace(settings.wechaty, **changes)
        )
    webhook = environment.get("QUNGUAN_ALARM_WEBHOOK", "").strip()
    if webhook:
        settings = msgspec.structs.replace(
            settings, alarm=msgspec.structs.replace(settings.alarm, webhook=webhook)
        )
    return settings


def _check_scoring(settings: Settings, path: Path) -> None:
    for key, score, least in (
        ("suspect", settings.scoring.suspect, LEAST_SUSPECT),
        ("ad", settings.scoring.ad, LEAST_AD),
    ):
        if score < least:
            what = "asked about" if key == "suspect" else "acted on"
            raise ConfigError(
                f"{path}: scoring: {key} {score:g} is too low: ordinary talk would be {what};"
                f" write {least:g} or more, or choose the preset strict"
            )
    if settings.scoring.suspect >= settings.scoring.ad:
        raise ConfigError(f"{path}: scoring: suspect must be below ad, or nothing is ever asked about")
    if settings.scoring.suspect >= OUT_OF_REACH:
        raise ConfigError(
            f"{path}: scoring: no message's score reaches suspect {settings.scoring.suspect:g}; an ad's is about 1.2"
        )


def _check(settings: Settings, path: Path) -> None:
    for key, zone in _zones(settings):
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ConfigError(
                f"{path}: {key}: there is no time zone {zone!r}; write it like Asia/Shanghai"
            ) from None
    if settings.operator.digest_at < "03:30":
        raise ConfigError(
            f"{path}: operator.digest_at: {settings.operator.digest_at} can come twice or never"
            " when clocks change; choose 03:30 or later"
        )
    _check_scoring(settings, path)
    for name, ladder in _ladders(settings):
        if (wrong := ladder.contradiction()) is not None:
            raise ConfigError(f"{path}: {name}: {wrong}")
    _check_sites(settings, path)
    if settings.governor.contradicts_itself():
        raise ConfigError(f"{path}: governor: per_minute must not exceed per_hour, nor per_hour per_day")
    if settings.care.listen_seconds >= settings.care.take_minutes * 60:
        raise ConfigError(
            f"{path}: care: listen_seconds must be less than take_minutes: nobody would be heard"
        )
    if settings.checkin.hours_from >= settings.checkin.hours_to:
        raise ConfigError(f"{path}: checkin: hours_from must be before hours_to: nobody would ever be asked")
    if settings.checkin.return_days > settings.checkin.again_days:
        raise ConfigError(
            f"{path}: checkin: return_days must not exceed again_days: two check-ins would count one return"
        )
    _check_posts(settings, path)
    if settings.wechaty.backoff_from_seconds > settings.wechaty.backoff_to_seconds:
        raise ConfigError(f"{path}: wechaty: backoff_from_seconds must not exceed backoff_to_seconds")


def _check_posts(settings: Settings, path: Path) -> None:
    for number, post in enumerate(settings.post, 1):
        try:
            parse(post.when)
        except WhenError as error:
            raise ConfigError(f"{path}: post {number}: when {post.when!r}: {_WHEN[str(error)]}") from None


def _check_sites(settings: Settings, path: Path) -> None:
    for name, allow, deny in _site_lists(settings):
        for key, entries in (("allow", allow), ("deny", deny)):
            for entry in entries:
                if (wrong := why_no_site(entry)) is not None:
                    raise ConfigError(f"{path}: {name}.{key}: {entry!r}: {wrong}")
        for both in sorted(site_names(allow) & site_names(deny)):
            raise ConfigError(f"{path}: {name}: {both} stands in allow and in deny; deny would win")


def _zones(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "operator.timezone", settings.operator.timezone
    yield "defaults.timezone", settings.defaults.timezone
    for room, own in settings.rooms.items():
        if own.timezone is not None:
            yield f'rooms."{room}".timezone', own.timezone


def _ladders(settings: Settings) -> Iterator[tuple[str, Ladder]]:
    yield "defaults.ladder", settings.defaults.ladder
    for room, own in settings.rooms.items():
        if own.ladder is not None:
            yield f'rooms."{room}".ladder', own.ladder.over(settings.defaults.ladder)


def _site_lists(settings: Settings) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    yield "defaults", settings.defaults.allow, settings.defaults.deny
    for room, own in settings.rooms.items():
        yield f'rooms."{room}"', own.allow or (), own.deny or ()
