"""guardian check: what happens to a name, for whom, at what time, and why."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, ClassVar, TextIO

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.names import InvalidName, normalise
from guardian.policy.devices import ID_PREFIX, read_client_id, read_mac, written
from guardian.policy.rules import ILLEGAL_CATEGORY
from guardian.service.inquiry import Inquiry, Question, Verdict


class BadQuestion(GuardianError):
    """A question that cannot be answered as it was put."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("name", nargs="?", help="the name, such as example.org")
    parser.add_argument("--type", default="A", help="the record type (default: A)")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--person", help="for whom")
    who.add_argument(
        "--client",
        metavar="IP",
        help="for the device with this address, hardware address or client id (id:lina-phone)",
    )
    who.add_argument("--device", help="for a shared device, by its name")
    parser.add_argument("--at", metavar="TIME", help="when, such as 2026-11-23T21:30; default: now")
    parser.add_argument(
        "--follow", action="store_true", help="ask an upstream for the names that it leads to"
    )
    parser.add_argument("--steps", action="store_true", help="what each step of the judgement said")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument(
        "--batch", action="store_true", help="a JSON object a line in, one a line out"
    )


def run(args: Namespace, out: TextIO) -> int:
    """Answer one question, or a line each from standard input."""
    inquiry = Inquiry(args.config, args.state, datetime.now(UTC))
    if args.batch:
        return _batch(inquiry, sys.stdin, out)
    if args.name is None:
        raise BadQuestion("give a name, such as: guardian check example.org")
    asked = {"name": args.name, "type": args.type, "person": args.person}
    asked |= {"client": args.client, "device": args.device, "at": args.at}
    asked["follow"] = args.follow
    verdict = inquiry.answer(_question(asked))
    if args.json:
        print(json.dumps(verdict.as_data(), ensure_ascii=False), file=out)
    else:
        print("\n".join(_lines(verdict, steps=args.steps)), file=out)
    return 0


def _batch(inquiry: Inquiry, lines: TextIO, out: TextIO) -> int:
    code = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            if not isinstance(asked, dict):
                raise BadQuestion("a line is one JSON object")
            data = inquiry.answer(_question(asked)).as_data()
        except (ValueError, GuardianError) as problem:
            code = 2
            data = {"error": f"line {number}: {problem}"}
        print(json.dumps(data, ensure_ascii=False), file=out, flush=True)
    return code


def _question(asked: Mapping[str, Any]) -> Question:
    known = ("name", "type", "person", "client", "device", "follow", "at")
    unknown = set(asked) - set(known)
    if unknown:
        raise BadQuestion(f'"{min(unknown)}" is no option; use {", ".join(known[:-1])} and at')
    try:
        qname = normalise(str(asked["name"]))
    except KeyError:
        raise BadQuestion('"name" is missing') from None
    except InvalidName as problem:
        raise BadQuestion(str(problem)) from None
    at = asked.get("at")
    client = asked.get("client")
    try:
        client = _client(client) if client else None
        when = datetime.fromisoformat(at) if at else None
    except ValueError as problem:
        raise BadQuestion(f"{problem}; write a time as 2026-11-23T21:30") from None
    return Question(
        qname,
        str(asked.get("type") or "A").upper(),
        asked.get("person"),
        client,
        when,
        asked.get("device"),
        asked.get("follow") is True,
    )


def _client(text: str) -> str:
    """A client as resolvers call it. Raises ValueError."""
    told = read_mac(text) or read_client_id(text)
    if told is not None:
        return written(told)
    if text.lower().startswith(ID_PREFIX):
        raise BadQuestion(f'"{text}" is no client id; write it as id:lina-phone')
    return str(ip_address(text))


def _lines(verdict: Verdict, *, steps: bool) -> list[str]:
    who = verdict.device or verdict.person or "a device nobody has named"
    action = {"allow": "allowed", "block": "blocked", "rewrite": "rewritten"}[verdict.action]
    shown = "this name" if verdict.category == ILLEGAL_CATEGORY else verdict.qname
    lines = [f"{shown} is {action} for {who}.", verdict.reason]
    if verdict.sign:
        whose = verdict.device or f"{verdict.person}'s"
        lines.append(f"{verdict.client} is {whose}, known by its {verdict.sign}.")
    if verdict.follows:
        lines.append(f"{verdict.follows}.")
    if steps:
        lines += [f"{number}. {said}" for number, said in enumerate(verdict.steps, start=1)]
    if verdict.rule:
        lines.append(f"Rule: {verdict.rule}")
    lines += [f"List: {each.sentence}" for each in verdict.says]
    if verdict.answers:
        lines.append(f"Answer: {', '.join(verdict.answers)}")
    if verdict.note:
        lines.append(verdict.note)
    until = f"until {verdict.until:%A %H:%M}" if verdict.until else "with no end in sight"
    lines.append(f"This holds {until}.")
    return lines
