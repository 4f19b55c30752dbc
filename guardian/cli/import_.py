"""guardian import: take over what a household had with another product."""

import json
import os
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO

from guardian.cli import editing
from guardian.cli.places import add_place_arguments
from guardian.lists.bundled import folder
from guardian.lists.replace import replace_file
from guardian.settings import load
from guardian.settings.edit import edited, listed
from guardian.settings.settings import parse
from guardian.takeover import adguardhome, nextdns, persons, pihole, written
from guardian.takeover.reading import content_of
from guardian.takeover.report import BadExport, Report
from guardian.takeover.wishes import Wishes

_PRODUCTS: Final = ("adguardhome", "pihole", "nextdns")
_LOCAL_TIME: Final = Path("/etc/localtime")


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("product", choices=_PRODUCTS, help="whose file it is")
    parser.add_argument(
        "file",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="AdGuardHome.yaml; a teleporter archive, gravity.db or pihole.toml; "
        "profiles of NextDNS as its API gives them, one for each person",
    )
    parser.add_argument(
        "--person",
        action="append",
        default=[],
        metavar="NAME:AGE=CLIENT,…",
        help='who a client is, such as "Lina:6-8=Tablet,Phone"',
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", type=Path, metavar="FILE", help="write a configuration")
    where.add_argument(
        "--apply", action="store_true", help="put it into the configuration of this household"
    )
    parser.add_argument("--json", action="store_true", help="the report as JSON")


def run(args: Namespace, out: TextIO) -> int:
    """Read, say what was kept and what was not, and write. Raises BadExport, ConfigError."""
    report = Report()
    wanted = [persons.chosen(each) for each in args.person]
    wishes = _wishes(args.product, args.file, report)
    people = persons.people(wishes, wanted, report)
    found = written.sections(wishes, people, wishes.zone or _zone(args, report), report)
    now = datetime.now(UTC)
    content = written.text(found, wishes, report, now.date()).encode()
    parse(content, args.output or Path("the result"), folder())
    if args.output is not None:
        if args.output.exists():
            raise BadExport(f"{args.output}: it is there already; choose another name")
        replace_file(args.output, [content], 0o600)
    elif args.apply:
        _apply(args, found, wishes)
    _tell(args, report, out)
    return 0


def _wishes(product: str, files: list[Path], report: Report) -> Wishes:
    if product == "nextdns":
        return nextdns.read([(content_of(each), str(each)) for each in files], report)
    if len(files) > 1:
        raise BadExport(f"{files[1]}: name one file; only NextDNS has one for each person")
    if product == "pihole":
        return pihole.read(files[0], report)
    return adguardhome.read(content_of(files[0]), str(files[0]), report)


def _zone(args: Namespace, report: Report) -> str:
    """The time zone of the household that is there, else of this machine."""
    if args.apply:
        return load(args.config).household.zone.key
    target = os.path.realpath(_LOCAL_TIME)
    zone = target.partition("/zoneinfo/")[2].removeprefix("posix/").removeprefix("right/")
    if not zone:
        report.lose("time zone", "nobody told it; write yours under household.time_zone")
    return zone or "Etc/UTC"


def _apply(args: Namespace, found: dict[str, Any], wishes: Wishes) -> None:
    """Put the sections into the household's file; where it listens and all else stays."""
    if load(args.config).household.people:
        raise BadExport(
            f"{args.config}: there are people already; write a file with -o, and take from it what "
            "you need"
        )

    def alter(data: Any) -> None:
        for key, section in found.items():
            if key in ("household", "listen"):
                continue
            if isinstance(section, dict) and isinstance(data.get(key), dict):
                _add(data[key], section)
            elif key == "devices":
                data[key] = [*listed(data.get(key)), *section]
            else:
                data[key] = section

    content = edited(args.config.read_bytes(), alter)
    editing.put(args, content, f"import from {wishes.product}")


def _add(present: Any, section: dict[str, Any]) -> None:
    """The keys of a section; of tables and lists that are there, more of them."""
    for key, value in section.items():
        if key == "bundled" and key in present:
            continue
        there = present.get(key)
        if isinstance(value, dict) and isinstance(there, dict):
            there.update(value)
        elif isinstance(value, list) and there:
            present[key] = [*listed(there), *value]
        else:
            present[key] = value


def _tell(args: Namespace, report: Report, out: TextIO) -> None:
    if args.json:
        said = {"kept": report.kept, "lost": report.lost}
        print(json.dumps(said, ensure_ascii=False), file=out)
        return
    print("Kept:", file=out)
    for line in report.kept:
        print(f"  {line}", file=out)
    if report.lost:
        print("Not kept:", file=out)
        for line in report.lost:
            print(f"  {line}", file=out)
    if args.output is not None:
        print(
            f"{args.output} is written. Check it: guardian config validate {args.output}", file=out
        )
    elif args.apply:
        print(
            f"{args.config} has it now; once guardian runs, guardian config undo takes it back.",
            file=out,
        )
    else:
        print(
            "Nothing was written: -o FILE writes a configuration, --apply changes yours.", file=out
        )
