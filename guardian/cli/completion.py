"""guardian completion: words for the Tab key, in bash, zsh and fish.

The script that a shell reads once asks this command back for each Tab. What can be said next comes
from the commands' own parsers, and names of people and things from the household.
"""

import argparse
from argparse import REMAINDER, Action, ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, TextIO

from guardian.cli.elsewhere import elsewhere
from guardian.cli.places import default_config, default_state
from guardian.errors import GuardianError
from guardian.settings import Settings, load

_SECONDS: Final = 2.0  # that a guardian elsewhere may take while somebody waits for Tab
_SCRIPTS: Final[Mapping[str, str]] = {
    "bash": """\
_guardian() {
    local IFS=$'\\n' word
    COMPREPLY=()
    for word in $(guardian completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
        COMPREPLY+=("$(printf %q "$word")")
    done
}
complete -o default -F _guardian guardian
""",
    "zsh": """\
#compdef guardian
_guardian() {
    local -a found
    found=(${(f)"$(guardian completion words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)"})
    if (( $#found )); then compadd -a found; else _files; fi
}
if [[ $funcstack[1] == _guardian ]]; then _guardian; else compdef _guardian guardian; fi
""",
    "fish": """\
function __guardian_words
    set -l words (commandline -opc) (commandline -ct)
    guardian completion words -- $words[2..-1] 2>/dev/null
end
complete -c guardian -a '(__guardian_words)'
""",
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=[*_SCRIPTS, "words"], help="print the script for a shell")
    parser.add_argument("typed", nargs=REMAINDER, help=argparse.SUPPRESS)


def run(args: Namespace, out: TextIO) -> int:
    """Print a shell's script; or what fits after the words that were typed so far."""
    if args.shell != "words":
        print(_SCRIPTS[args.shell], end="", file=out)
        return 0
    typed = args.typed[1:] if args.typed[:1] == ["--"] else args.typed
    for each in words(typed or [""]):
        print(each, file=out)
    return 0


def words(typed: Sequence[str]) -> list[str]:
    """What the last word can become. typed: all after "guardian"; the last one may be ""."""
    from guardian.cli.main import COMMANDS, module_of

    *before, last = typed
    if not before:
        return _fitting(COMMANDS, last)
    if before[0] not in COMMANDS:
        return []
    parser = ArgumentParser(prog="guardian", exit_on_error=False)
    import_module(module_of(before[0])).add_arguments(parser)
    return _next(parser, before[1:], last)


def _next(parser: ArgumentParser, before: Sequence[str], last: str) -> list[str]:
    """What fits in one parser, or in that of a subcommand."""
    options = {name: each for each in parser._actions for name in each.option_strings}
    places = [each for each in parser._actions if not each.option_strings]
    awaited: Action | None = None  # an option whose value comes next
    at = 0
    given: dict[str, str] = {}
    for number, word in enumerate(before):
        if awaited is not None:
            given[awaited.dest], awaited = word, None
        elif word in options:
            awaited = options[word] if options[word].nargs != 0 else None
        elif at < len(places):
            place = places[at]
            if isinstance(place, argparse._SubParsersAction):
                if word not in place.choices:
                    return []
                return _next(place.choices[word], before[number + 1 :], last)
            given[place.dest] = word
            at += place.nargs not in ("+", "*")
    if awaited is not None:
        return _values(awaited, last, given)
    if last.startswith("-"):
        return _fitting(options, last)
    return _values(places[at], last, given) if at < len(places) else []


def _values(action: Action, last: str, given: Mapping[str, str]) -> list[str]:
    if action.choices is not None:
        return _fitting(map(str, action.choices), last)
    find = _FOUND.get(action.dest)
    if find is None:
        return []
    try:
        return _fitting(find(_place(given)), last)
    except GuardianError:  # nobody reads an error in the middle of a line
        return []


def _fitting(every: Iterable[str], last: str) -> list[str]:
    return [each for each in every if each.casefold().startswith(last.casefold())]


def _place(given: Mapping[str, str]) -> Namespace:
    """Which household is meant by the words so far."""
    token = given.get("token_file")
    return Namespace(
        config=Path(given["config"]) if "config" in given else default_config(),
        state=Path(given["state"]) if "state" in given else default_state(),
        url=given.get("url"),
        token_file=Path(token) if token else None,
        fingerprint=given.get("fingerprint"),
    )


def _people(place: Namespace) -> Iterator[str]:
    if (client := elsewhere(place)) is not None:
        yield from (each.name for each in client.within(_SECONDS).people())
    else:
        yield from (each.name for each in _settings(place).household.people)


def _things(place: Namespace) -> Iterator[str]:
    if (client := elsewhere(place)) is not None:
        yield from client.within(_SECONDS).things()
    else:
        yield from sorted(_settings(place).categories - {"illegal"})
        yield from sorted(_settings(place).services.ids())


def _shared(place: Namespace) -> Iterator[str]:
    yield from (each.name for each in _settings(place).household.shared)


def _settings(place: Namespace) -> Settings:
    return load(place.config)


_FOUND: Final[Mapping[str, Callable[[Namespace], Iterator[str]]]] = {
    "person": _people,
    "thing": _things,
    "device": _shared,
}
"""By what a value is called → where its words come from."""
