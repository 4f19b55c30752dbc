"""Templates and the files beside them: escaped by default, translated, and kept by browsers."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp_jinja2
import jinja2
from aiohttp import web
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from guardian.errors import translated
from guardian.safety.helplines import DIRECTORY
from guardian.web import honesty
from guardian.web.addresses import of_device, of_person
from guardian.web.compiled import Compiled
from guardian.web.languages import NAMES, Language

_HERE: Final = Path(__file__).parent
_STATIC: Final = _HERE / "static"
_TEMPLATES: Final = _HERE / "templates"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
MANY: Final = 24  # people from whom on they are told in rows, and chosen by name
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    """mark: tells its content from any other. packed: the content by gzip."""

    content: bytes
    mark: str
    packed: bytes

    @classmethod
    def of(cls, content: bytes) -> "_File":
        mark = hashlib.sha256(content).hexdigest()[:12]
        return cls(content, mark, gzip.compress(content, mtime=0))


class Static:
    """Style, script and symbol, each under an address that changes with its content."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            each.name: _File.of(each.read_bytes()) for each in folder.iterdir() if each.is_file()
        }

    def address(self, name: str) -> str:
        """Where a file is."""
        return f"/static/{self._files[name].mark}/{name}"

    async def answer(self, request: web.Request) -> web.Response:
        """A file; whoever has it need not ask again."""
        name = request.match_info["name"]
        file = self._files.get(name)
        if file is None or file.mark != request.match_info["mark"]:
            raise web.HTTPNotFound
        headers = {
            "Cache-Control": _FOR_EVER, "ETag": f'"{file.mark}"', "Vary": "Accept-Encoding",
        }  # fmt: skip
        if any(each.value in (file.mark, "*") for each in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        content = file.content
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"], content = "gzip", file.packed
        return web.Response(
            body=content, content_type=_TYPES[Path(name).suffix], charset="utf-8", headers=headers
        )


class _Context(Context):
    """What a template knows, and how it calls: a page does that some thousand times.

    Jinja makes a whole new context for each call in a loop that wants one, and asks every function
    twice whether it does. Ours want the language alone, which no loop changes.
    """

    def call(self, called: Any, /, *values: Any, **named: Any) -> Any:
        """What the function, or macro, gives for the values."""
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        if type(called) is Macro:
            return called(self.eval_ctx, *values, **named)
        if called is _gettext or called is _ngettext:
            return called(self, *values, **named)
        return called(*values, **named)


class _Environment(jinja2.Environment):
    context_class = _Context


def environment() -> jinja2.Environment:
    """Our templates, ready to be rendered; what they are given has a `language`."""
    made = _Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=Compiled(_TEMPLATES, Path(__file__).read_text(encoding="utf-8")),
        cache_size=-1,  # all of them stay: there are fewer than a hundred
    )
    made.policies["ext.i18n.trimmed"] = True
    made.globals |= {"languages": NAMES, "directory": DIRECTORY, "many": MANY}
    made.globals |= {"of_person": of_person, "of_device": of_device}
    made.globals |= {"honesty": honesty}
    made.filters["said"] = _said
    made.newstyle_gettext = True  # type: ignore[attr-defined] # these two are given the values
    made.globals |= {"gettext": _gettext, "ngettext": _ngettext}
    return made


def text(name: str) -> str:
    """A file beside the templates, as it stands."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def prepare(app: web.Application) -> None:
    """Give an application its templates and its static files."""
    static = Static(_STATIC)
    app.router.add_get("/static/{mark}/{name}", static.answer)
    made = environment()
    made.globals["static"] = static.address
    app[aiohttp_jinja2.APP_KEY] = made


def _gettext(context: Context, message: str, /, **values: object) -> Markup:
    said = Markup(_language(context).say(message))  # noqa: S704 (translators' words are ours)
    return said % values if "%" in said else said


def _ngettext(context: Context, one: str, many: str, number: int, /, **values: object) -> Markup:
    said = Markup(_language(context).say_of(one, many, number))  # noqa: S704
    return said % {"num": number, **values}


@jinja2.pass_context
def _said(context: Context, text: str) -> str:
    """A problem in the reader's language, where it is `errors.Said`."""
    return translated(text, _language(context).say)


def _language(context: Context) -> Language:
    language: Any = context["language"]
    assert isinstance(language, Language)  # noqa: S101 (every page is given one)
    return language
