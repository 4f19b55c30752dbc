"""From types to JSON and back: one description of a thing serves reading, writing and OpenAPI.

Types are frozen dataclasses of text, numbers, truth, instants, words (StrEnum), of one another, and
tuples of these. What a client sends is read strictly: unknown fields, missing ones and wrong types
each get a sentence that names the field. A field that Python has a word for ends in an underscore
here, and not in JSON: `from_`.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

Json = dict[str, Any]


class BadBody(Exception):
    """What a client sent cannot be used. errors: field and sentence."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {said}" for field, said in errors))
        self.errors = errors


def to_json(value: Any) -> Any:
    """A value as JSON can hold it; instants as ISO 8601."""
    if value is None or isinstance(value, str | int | float):  # most of all there is, so first
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {said: to_json(getattr(value, name)) for name, said in _names(type(value))}
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): to_json(each) for key, each in value.items()}
    return str(value)


@cache
def _names(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, _said(each.name)) for each in dataclasses.fields(kind))


def read(kind: type[Any], data: Any) -> Any:
    """A dataclass from what a client sent. Raises BadBody."""
    if not isinstance(data, dict):
        raise BadBody([("", "send a JSON object")])
    hints = get_type_hints(kind)
    known = {_said(name) for name in hints}
    errors: list[tuple[str, str]] = [
        (str(name), "there is no such field") for name in data if name not in known
    ]
    values = {}
    for each in dataclasses.fields(kind):
        name = _said(each.name)
        if name in data:
            try:
                values[each.name] = _read_value(hints[each.name], data[name])
            except ValueError as problem:
                errors.append((name, str(problem)))
            except BadBody as problem:
                errors += [(f"{name}.{field}", said) for field, said in problem.errors]
        elif each.default is dataclasses.MISSING:
            errors.append((name, "this field is missing"))
    if errors:
        raise BadBody(errors)
    return kind(**values)


def _read_value(hint: Any, value: Any) -> Any:
    inner, may_be_none = _optional(hint)
    if value is None and may_be_none:
        return None
    if inner is datetime:
        return _instant(value)
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        words = [str(each) for each in inner]
        if value not in words:
            raise ValueError(f"write one of {', '.join(words)}")
        return inner(value)
    if inner is Any:
        return value
    if get_origin(inner) is tuple:
        return _several(get_args(inner)[0], value)
    if dataclasses.is_dataclass(inner) and isinstance(inner, type):
        return read(inner, value)
    fits = isinstance(value, inner) and not (inner is int and isinstance(value, bool))
    if not fits:
        raise ValueError(f"write {_WORDS[inner]}")
    return value


def _several(hint: Any, values: Any) -> tuple[Any, ...]:
    if not isinstance(values, list):
        raise ValueError("write a list")
    return tuple(_read_value(hint, each) for each in values)


def _instant(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write an instant such as 2026-11-26T20:00:00+01:00") from None
    if found.tzinfo is None:
        raise ValueError("write the offset from UTC too, such as +01:00 or Z")
    return found


def _said(name: str) -> str:
    """A field's name in JSON."""
    return name.removesuffix("_")


_WORDS = {str: "text", int: "a whole number", bool: "true or false", float: "a number"}
_PLAIN: Mapping[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}


def _optional(hint: Any) -> tuple[Any, bool]:
    """The type without None, and whether None was among it."""
    if get_origin(hint) in (Union, types.UnionType):
        inner = [each for each in get_args(hint) if each is not type(None)]
        return inner[0], len(inner) < len(get_args(hint))
    return hint, False


def describe(hint: Any, named: dict[str, Json]) -> Json:
    """The JSON Schema of a type (2020-12, as OpenAPI 3.1 uses it); dataclasses go into `named`."""
    inner, may_be_none = _optional(hint)
    if may_be_none:
        return {"anyOf": [describe(inner, named), {"type": "null"}]}
    if inner in _PLAIN:
        return dict(_PLAIN[inner])
    if get_origin(inner) is tuple:
        return {"type": "array", "items": describe(get_args(inner)[0], named)}
    if get_origin(inner) in (dict, Mapping, typing.Mapping):
        return {"type": "object", "additionalProperties": True}
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return {"type": "string", "enum": [str(each) for each in inner]}
    if dataclasses.is_dataclass(inner) and isinstance(inner, type):
        return _describe_class(inner, named)
    return {"type": "string"}


def _describe_class(kind: type[Any], named: dict[str, Json]) -> Json:
    name = kind.__name__
    if name not in named:
        named[name] = {}  # so that a class may speak of itself
        hints = get_type_hints(kind)
        fields = dataclasses.fields(kind)
        required = [_said(each.name) for each in fields if each.default is dataclasses.MISSING]
        named[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {_said(each.name): describe(hints[each.name], named) for each in fields},
            "additionalProperties": False,
        }
        if required:
            named[name]["required"] = required
    return {"$ref": f"#/components/schemas/{name}"}
