"""The documents say what the program does: generated parts, links, commands, completeness, and manners."""

import contextlib
import importlib.util
import os
import re
import shlex
import textwrap
import tomllib
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import click
import msgspec
import pytest
from jinja2 import Environment, meta, nodes

from bot.cli import main
from bot.cli.main import cli
from bot.config import load_settings
from bot.core import effects, events, settings
from bot.core.commands.registry import commands
from bot.core.rules.registry import rule_kinds
from bot.errors import QunguanError

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
HAND_MADE = [page for page in PAGES if page.name != "licences.md"]

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^([ ]*)```(\w*)([^\n]*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_ASSIGNMENT = re.compile(r"^[A-Z_]+=\S*$")


def name_of(page):
    return str(page.relative_to(DOCS))


def read(page):
    return page.read_text(encoding="utf-8")


def prose(page):
    """Return a page's text without its code blocks."""
    return _FENCE.sub("", read(page))


@pytest.fixture(scope="module")
def make_docs():
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "scripts" / "make_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---------------------------------------------------------------------------- generated parts


def test_generated_parts_are_what_the_program_says(make_docs):
    assert not [str(path) for path in make_docs.stale()], "run scripts/make_docs.py"


def test_every_generator_has_its_page(make_docs):
    used = {part[2] for page in PAGES for part in make_docs._PART.finditer(read(page))}
    assert used == set(make_docs.PARTS)
    for page in PAGES:
        assert read(page).count("<!-- generated:") == len(make_docs._PART.findall(read(page)))


def test_check_tells_a_stale_page(make_docs, monkeypatch, tmp_path, capsys):
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    page.write_text("by hand\n<!-- generated: exit-codes -->\nold\n<!-- end: exit-codes -->\nby hand\n")
    monkeypatch.setattr(make_docs, "ROOT", tmp_path)
    monkeypatch.setattr(make_docs, "DOCS", page.parent)
    monkeypatch.setattr("sys.argv", ["make_docs.py", "--check"])
    assert make_docs.main() == 1
    assert "docs/page.md: stale" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["make_docs.py"])
    assert make_docs.main() == 0
    assert page.read_text().startswith("by hand\n<!--")
    assert page.read_text().endswith("-->\nby hand\n")
    assert "StoreError" in page.read_text()
    monkeypatch.setattr("sys.argv", ["make_docs.py", "--check"])
    assert make_docs.main() == 0


# -------------------------------------------------------------------------------------- links


def anchors(page):
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", head.replace("`", "").lower()).strip().replace(" ", "-") for head in heads
    }


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "README.zh-CN.md"], ids=lambda p: p.name)
def test_relative_links_lead_somewhere(page):
    if not page.exists():
        pytest.skip("not in this tree")
    for link in _LINK.findall(prose(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}"


def test_every_page_is_on_a_map():
    linked = {
        (place.parent / unquote(link.partition("#")[0])).resolve()
        for place in PAGES
        for link in _LINK.findall(read(place))
        if not link.startswith("http")
    }
    written_here = {page for page in PAGES if page.parent != DOCS / "explanation"} | {
        DOCS / "explanation" / f"{name}.md" for name in ("design", "safety", "detection", "delivery", "time")
    }
    lost = {
        page
        for page in written_here - linked
        if page.name not in {"README.md", "database.md", "performance.md"}
    }
    assert not lost


# ----------------------------------------------------------------------------------- commands


def calls(page, *, runnable=False):
    """Yield the arguments of every `qunguan` line in a page's sh blocks, pipes and comments taken off."""
    for _, language, mark, body in _FENCE.findall(read(page)):
        if language != "sh" or (runnable and mark.strip() != "run"):
            continue
        for line in body.splitlines():
            words = shlex.split(line, comments=True)
            while words and _ASSIGNMENT.match(words[0]):
                words.pop(0)
            if words and words[0] == "qunguan":
                stops = [i for i, word in enumerate(words) if word in {"|", "&&", ">", ";"}]
                yield words[1 : min(stops, default=len(words))]


def parse(arguments):
    """Parse a command line through click without running anything."""
    context = cli.make_context("qunguan", list(arguments), resilient_parsing=False)
    command, parent = cli, context
    rest = [*context._protected_args, *context.args]
    while isinstance(command, click.Group):
        name, command, rest = command.resolve_command(parent, rest)
        parent = command.make_context(name, list(rest), parent=parent)
        rest = [*parent._protected_args, *parent.args]
    assert not rest


SHOWN = [(name_of(page), call) for page in HAND_MADE for call in calls(page)]


@pytest.mark.parametrize(
    ("page", "arguments"), SHOWN, ids=lambda value: " ".join(value) if isinstance(value, list) else value
)
def test_a_command_shown_in_the_docs_exists_with_its_options(page, arguments):
    with contextlib.suppress(click.exceptions.Exit):
        parse(arguments)


def test_the_test_above_would_notice():
    for wrong in (["replay", "f", "--fast"], ["replay"], ["nonesuch"], ["rules", "check", "x"]):
        with pytest.raises(click.ClickException):
            parse(wrong)


RUNNABLE = [page for page in HAND_MADE if any(calls(page, runnable=True))]


@pytest.mark.parametrize("page", RUNNABLE, ids=name_of)
def test_what_is_marked_as_runnable_runs(page, tmp_path, monkeypatch, capsys):
    for name in [name for name in os.environ if name.startswith(("QUNGUAN_", "WECHATY_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(DOCS)
    for arguments in calls(page, runnable=True):
        assert main(arguments) == 0, arguments
        assert capsys.readouterr().out.strip()


def test_both_tutorials_can_be_followed():
    assert {name_of(page) for page in RUNNABLE} >= {"tutorial.md", "zh/上手.md"}
    shown = [call for page in HAND_MADE for call in calls(page, runnable=True)]
    assert {call[0] for call in shown} >= {"demo", "why", "replay", "init", "doctor", "rules"}


@pytest.mark.parametrize("name", ["history", "decisions", "config"])
def test_schemas_are_what_the_program_prints(name, capsys):
    assert main(["schema", name]) == 0
    printed = capsys.readouterr().out.rstrip()
    assert read(DOCS / "reference" / "schema" / f"{name}.schema.json").rstrip() == printed


def test_the_example_tells_what_the_tutorial_says(tmp_path, capsys):
    example = DOCS / "examples" / "small.jsonl"
    out = tmp_path / "decisions.jsonl"
    assert main(["replay", str(example), "--json", "--decisions", str(out), "--data", str(tmp_path)]) == 0
    counts = msgspec.json.decode(capsys.readouterr().out)["counts"]
    assert {k: counts[k] for k in ("ok", "suspect", "ad", "remind", "warn", "remove")} == {
        "ok": 6,
        "suspect": 1,
        "ad": 3,
        "remind": 1,
        "warn": 1,
        "remove": 1,
    }
    lines = [msgspec.json.decode(line) for line in out.read_bytes().splitlines()]
    verdicts = {line["event"]: line["verdict"] for line in lines}
    assert [m for m, verdict in verdicts.items() if verdict == "ad"] == ["m4", "m7", "m8"]
    assert verdicts["m6"] == "suspect"
    assert verdicts["m5"] == "ok"


def toml_blocks():
    for page in HAND_MADE:
        for _, language, _, body in _FENCE.findall(read(page)):
            if language == "toml":
                yield pytest.param(textwrap.dedent(body), id=name_of(page))


@pytest.mark.parametrize("body", list(toml_blocks()))
def test_a_file_shown_in_the_docs_is_accepted(body, tmp_path, capsys):
    if "[pack]" in body:
        (tmp_path / "rules").mkdir()
        (tmp_path / "rules" / "mine.toml").write_text(body, encoding="utf-8")
        assert main(["rules", "check", "--data", str(tmp_path)]) == 0, capsys.readouterr().err
    elif "[[step]]" in body:
        name = tomllib.loads(body)["id"]
        (tmp_path / "playbooks").mkdir()
        (tmp_path / "playbooks" / f"{name}.toml").write_text(body, encoding="utf-8")
        assert main(["playbooks", "check", "--data", str(tmp_path)]) == 0, capsys.readouterr().err
    else:
        (tmp_path / "qunguan.toml").write_text(body, encoding="utf-8")
        load_settings(tmp_path, environment={})


# ------------------------------------------------------------------------------- completeness


def tables_of(value, name=""):
    """Yield every table of the settings with its keys."""
    keys = []
    for field in msgspec.structs.fields(value):
        inner = getattr(value, field.name)
        if isinstance(inner, msgspec.Struct):
            yield from tables_of(inner, f"{name}.{field.name}" if name else field.name)
        elif not isinstance(inner, dict):
            keys.append(field.name)
    yield name, keys


def test_every_setting_is_documented():
    text = read(DOCS / "reference" / "configuration.md")
    tables = [*tables_of(settings.Settings()), *tables_of(settings.RoomSettings(), 'rooms."ID"')]
    for name, keys in tables:
        head = f"## `[{name}]`" if name else "## At the top of the file"
        section = text.partition(f"{head}\n")[2].partition("\n## ")[0]
        inner = {"ladder"} if name == 'rooms."ID"' else set()
        missing = [key for key in keys if key not in inner and f"| `{key}` |" not in section]
        assert section, name
        assert not missing, name


def test_every_setting_has_a_meaning():
    for line in read(DOCS / "reference" / "configuration.md").splitlines():
        if line.startswith("| `"):
            assert not line.endswith("|  |"), line


def test_every_chat_command_is_documented_in_both_languages():
    for page in (DOCS / "reference" / "commands.md", DOCS / "zh" / "群里命令.md"):
        for command in commands():
            for name in command.names:
                assert f"`{name}`" in read(page)


def test_every_command_of_the_program_is_documented():
    text = read(DOCS / "reference" / "command-line.md")
    for name in cli.list_commands(click.Context(cli)):
        try:
            cli.get_command(click.Context(cli), name)
        except ModuleNotFoundError:
            continue  # announced, not written yet
        assert f"## `qunguan {name}`" in text


@pytest.mark.parametrize(
    ("page", "union"), [("history-format.md", events.Event), ("decisions-format.md", effects.Effect)]
)
def test_every_kind_is_documented_with_its_keys(page, union):
    text = read(DOCS / "reference" / page)
    for cls in get_args(union):
        section = text.partition(f"### `{cls.__struct_config__.tag}`\n")[2].partition("\n##")[0]
        for field in msgspec.structs.fields(cls):
            assert field.encode_name == "words" or f"| `{field.encode_name}` |" in section


def test_every_rule_kind_is_documented():
    text = read(DOCS / "reference" / "rules.md")
    assert all(f"### `{kind}`" in text for kind in rule_kinds())


def documented_texts():
    """Return each text's name with the words its line gives as variables."""
    lines = read(DOCS / "reference" / "texts.md").splitlines()
    found, previous = {}, set()
    for line in lines:
        row = re.match(r"^\| `([a-z._]+)` \| .* \| ([^|]*) \|$", line)
        if row:
            previous = previous if row[2] == "the same" else set(re.findall(r"`(\w+)`", row[2]))
            found[row[1]] = previous
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_is_documented_with_what_it_uses(language):
    texts = tomllib.loads(read(ROOT / "data" / "texts" / f"{language}.toml"))["texts"]
    documented = documented_texts()
    assert set(texts) == set(documented)
    environment = Environment(autoescape=False)  # noqa: S701 - nothing is rendered
    environment.filters["named"] = environment.filters["told"] = str
    for name, wordings in texts.items():
        for wording in wordings:
            tree = environment.parse(wording)
            used = meta.find_undeclared_variables(tree) - {"why", "sort"}
            used |= {
                attribute.attr
                for attribute in tree.find_all(nodes.Getattr)
                if getattr(attribute.node, "name", "") != "loop"
            }
            assert used <= documented[name], name


def test_every_exit_code_is_documented():
    text = read(DOCS / "reference" / "exit-codes.md")
    for error in QunguanError.__subclasses__():
        if error.__module__ == "bot.errors":
            assert f"| {error.exit_code} | `{error.__name__}` |" in text


def test_every_environment_variable_is_documented():
    text = read(DOCS / "reference" / "configuration.md")
    source = "".join(read(path) for path in (ROOT / "bot").rglob("*.py"))
    for name in set(re.findall(r'"(QUNGUAN_[A-Z_]+|WECHATY_PUPPET_SERVICE_[A-Z]+)"', source)):
        assert f"`{name}`" in text


def test_every_safety_rule_names_a_test_that_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", read(DOCS / "explanation" / "safety.md"))
    assert len(named) >= 15
    for file, test in named:
        assert f"def {test}(" in read(ROOT / file), test


def test_every_table_row_is_whole():
    for page in PAGES:
        width = None
        for line in prose(page).splitlines():
            if line.startswith("|"):
                cells = len(re.findall(r"(?<!\\)\|", line))
                width = width or cells
                assert cells == width, f"{name_of(page)}: {line}"
            else:
                width = None


# ------------------------------------------------------------------------------------ manners


FORBIDDEN = (
    (
        r"\bAI\b|\bLLMs?\b|(this|another|earlier|previous|helper) session|人工智能|大模型",
        "no talk of how it was made",
    ),
    (r"(?<![\w&])#\d+\b", "no issue numbers"),
    (r"/work/|/tmp/|/root/|/home/|[A-Z]:\\", "no paths of one machine"),
    (r"\bTODO\b|\bFIXME\b|\bXXX\b", "no notes to oneself"),
)


@pytest.mark.parametrize("page", HAND_MADE, ids=name_of)
def test_pages_keep_their_manners(page):
    for pattern, why in FORBIDDEN:
        assert not re.search(pattern, read(page)), why


@pytest.mark.parametrize("page", [p for p in HAND_MADE if p.parent.name == "zh"], ids=name_of)
def test_chinese_pages_keep_a_space_between_chinese_and_latin(page):
    text = re.sub(r"\]\([^)]*\)", "]", re.sub(r"<!--.*?-->", "", prose(page)))
    text = re.sub(r"`[^`]*`", "x", text)
    found = re.findall(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", text)
    assert not found


@pytest.mark.parametrize("page", HAND_MADE, ids=name_of)
def test_a_page_has_one_title_and_says_at_once_what_it_is_for(page):
    lines = [line for line in prose(page).splitlines() if line.strip()]
    assert lines[0].startswith("# ")
    assert not lines[1].startswith(("#", "|", "-", "!"))
    assert sum(line.startswith("# ") for line in lines) == 1
