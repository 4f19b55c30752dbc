"""Single names, patterns and rules that somebody wrote elsewhere, as own names of guardian's."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from guardian import patterns
from guardian.names import InvalidName, normalise
from guardian.takeover.report import Report, several
from guardian.takeover.wishes import Rules

# What Pi-hole's "add as wildcard" makes of a name, in the forms of its versions.
_WILDCARD: Final = re.compile(
    r"(?:\(\\?\.\|\^\)|\(\^\|\\\.\)|\^?\(\.[+*]\\\.\)\?)((?:[a-z0-9_-]|\\[.-])+)\$", re.IGNORECASE
)
_RULE: Final = re.compile(r"(@@)?(\|\|?)?(\*\.)?([^|^/*:$\s]+)(\^?\|?)(?:\$(.*))?")
_EXPRESSION: Final = re.compile(r"(@@)?/(.+)/(?:\$(.*))?")
_STARRED: Final = re.compile(r"(@@)?\|?\|?([a-z0-9_.*-]+)\^?\|?(?:\$(.*))?", re.IGNORECASE)
_HOSTS: Final = re.compile(r"([0-9a-f.:]+)\s+([^\s#]+)(?:\s+#.*)?", re.IGNORECASE)
_SINKS: Final = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 (as in hosts files)
_ONLY_REGEX: Final = "guardian allows by name only; write the names under allow_names"


@dataclass(slots=True)
class Names:
    """Own names as they are found. whose: for the report. exact: how many were of one host."""

    report: Report
    whose: str
    rules: Rules = field(default_factory=Rules)
    records: dict[str, list[str]] = field(default_factory=dict)
    exact: int = 0

    def take(self, name: str, *, is_allowed: bool, is_exact: bool = False) -> bool:
        """Take a name with all below it; whether it is one."""
        try:
            qname = normalise(name.removeprefix("*.").removeprefix("."))
        except InvalidName as problem:
            self.report.lose(f"name {name} ({self.whose})", str(problem))
            return False
        self.exact += is_exact
        allow, deny = self.rules.allow_names, self.rules.deny_names
        if is_allowed:
            self.rules = replace(self.rules, allow_names=(*allow, qname))
        else:
            self.rules = replace(self.rules, deny_names=(*deny, qname))
        return True

    def take_expression(self, text: str, *, is_allowed: bool) -> None:
        """Take a regular expression, or the name that it stands for."""
        expression, _, extension = text.strip().partition(";")
        said = f"expression {text} ({self.whose})"
        if extension:
            self.report.lose(said, f"guardian has nothing like ;{extension}")
        elif name := _WILDCARD.fullmatch(expression):
            self.take(name[1].replace("\\", ""), is_allowed=is_allowed)
        elif is_allowed:
            self.report.lose(said, _ONLY_REGEX)
        else:
            self._pattern(f"/{expression}/", said)

    def _pattern(self, text: str, said: str) -> None:
        try:
            patterns.compiled(text)
        except patterns.BadPattern as problem:
            self.report.lose(said, str(problem))
            return
        deny = (*self.rules.deny_patterns, text.strip().lower())
        self.rules = replace(self.rules, deny_patterns=deny)

    def take_rule(self, line: str) -> None:
        """Take a rule of Adblock syntax, a line of a hosts file or a name."""
        said = f"rule {line} ({self.whose})"
        if found := _HOSTS.fullmatch(line):
            if found[1] in _SINKS:
                self.take(found[2], is_allowed=False, is_exact=True)
            else:
                self.records.setdefault(found[2], []).append(found[1])
        elif found := _EXPRESSION.fullmatch(line):
            if why := _unsupported(found[3]):
                self.report.lose(said, why)
            else:
                self.take_expression(found[2], is_allowed=bool(found[1]))
        elif found := _RULE.fullmatch(line):
            allow, start, _, name, end, options = found.groups()
            if answer := _rewrite(options):
                self.records.setdefault(name, []).append(answer)
            elif why := _unsupported(options):
                self.report.lose(said, why)
            else:
                is_exact = start == "|" or (start is None and not end)
                self.take(name, is_allowed=bool(allow), is_exact=is_exact)
        elif (found := _STARRED.fullmatch(line)) and not found[1]:
            if why := _unsupported(found[3]):
                self.report.lose(said, why)
            else:
                self._pattern(found[2], said)
        else:
            self.report.lose(said, "this is no rule about names")

    def tell(self) -> None:
        """Say in the report what was kept."""
        rules = self.rules
        for found, one, more in (
            (rules.allow_names, "allowed name", "allowed names"),
            (rules.deny_names, "blocked name", "blocked names"),
            (rules.deny_patterns, "blocked pattern", "blocked patterns"),
        ):
            if found:
                self.report.keep(f"{several(len(found), one, more)} ({self.whose})")
        if self.exact:
            said = several(
                self.exact, "name that stood for itself", "names that stood for themselves"
            )
            self.report.keep(f"{said} alone, now with all below ({self.whose})")


def _unsupported(options: str | None) -> str:
    """Why a rule with these options cannot be kept; "" where it can."""
    others = [each for each in (options or "").split(",") if each not in ("", "important", "all")]
    return f"guardian has nothing like ${others[0]} in a rule of your own" if others else ""


def _rewrite(options: str | None) -> str:
    """The address that `$dnsrewrite` gives; "" for another option, or another answer."""
    key, _, value = (options or "").partition("=")
    address = value.rpartition(";")[2]
    is_address = re.fullmatch(r"[0-9a-fA-F.:]+", address) is not None
    return address if key == "dnsrewrite" and is_address else ""
