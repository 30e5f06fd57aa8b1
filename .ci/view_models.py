"""Does everything that crosses into a template have a type? A plugin of mypy for what is handed over, a program for what it is made of.

As a plugin (pyproject.toml names it) it reads the type of every value given to a template, by Flask for pages or by Jinja for letters,
through dataclasses of ours, sequences and unions, and reports a dictionary of anything: a key misspelt in a template shows as nothing,
and no type would tell. Where Jinja takes its values as one dictionary, that has to be written out at the call, name by name.
As a program it reads presenters/ and refuses a field that is a dictionary, or of any type at all, and templates/, where no template
hands another a dictionary as a record: alone, or in a list of them. A dictionary that is looked into on the spot is none.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import Environment, nodes
from mypy.nodes import ARG_STAR2, ArgKind, DictExpr, Expression, StrExpr, TypeInfo, Var
from mypy.plugin import FunctionContext, MethodContext, Plugin
from mypy.types import AnyType, CallableType, Instance, ProperType, TupleType, Type, UnionType, get_proper_type

ROOT = Path(__file__).resolve().parents[1]
BY_FLASK = frozenset(
    f"flask.templating.{name}" for name in ("render_template", "render_template_string", "stream_template", "stream_template_string")
)
"""The template first, then its values by name."""
BY_JINJA = frozenset(
    f"jinja2.environment.Template.{name}"
    for name in ("render", "render_async", "stream", "generate", "generate_async", "new_context", "make_module")
)
"""Values by name, or all of them in one dictionary."""
WHOLE = frozenset({"vars", "locals"})
"""Names under which Jinja takes such a dictionary."""
MAPPINGS = frozenset({"builtins.dict", "typing.Mapping", "typing.MutableMapping", "collections.OrderedDict", "types.MappingProxyType"})
OURS = ("presenters.", "views.", "letters.")
"""Whose dataclasses are read field by field; rows and values of the domain have types of their own."""


def plugin(_version: str) -> type[Plugin]:
    """mypy's entry."""
    return ViewModels


class ViewModels(Plugin):
    """Reports untyped values given to a template."""

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """How Flask draws a page."""
        return _checked_page if fullname in BY_FLASK else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """How Jinja draws whatever else: a letter, or one block of it."""
        return _checked_template if fullname in BY_JINJA else None


def _checked_page(context: FunctionContext) -> Type:
    """Read the values of one call; what comes without a name is the template."""
    for kind, name, value in _arguments(context):
        if kind == ARG_STAR2:
            context.api.fail("a template takes its values one by one: **values has no names to check", context.context)
        elif name is not None:
            _check(value, name, context)
    return context.default_return_type


def _checked_template(context: MethodContext) -> Type:
    """The same where the values may also come as a dictionary: its names have to be read here."""
    for kind, name, value in _arguments(context):
        if kind.is_named() and name not in WHOLE:
            _check(value, str(name), context)
        elif isinstance(value, DictExpr) and all(isinstance(key, StrExpr) for key, _ in value.items):
            for key, one in value.items:
                _check(one, str(getattr(key, "value", "")), context)
        else:
            context.api.fail("a template takes its values one by one: a dictionary made elsewhere has no names to check", context.context)
    return context.default_return_type


def _arguments(context: FunctionContext | MethodContext) -> Iterator[tuple[ArgKind, str | None, Expression]]:
    """How each argument is given, under which name, and what it is."""
    for kinds, names, values in zip(context.arg_kinds, context.arg_names, context.args, strict=True):
        yield from zip(kinds, names, values, strict=True)


def _check(value: Expression, name: str, context: FunctionContext | MethodContext) -> None:
    """Report what has no type in one value."""
    given = context.api.get_expression_type(value)  # what it is by itself: the parameter would take anything
    for fault in _faults(get_proper_type(given), name, frozenset()):
        context.api.fail(f"{fault}; give the template a dataclass of presenters/, letters/ or views/", context.context)


def _faults(given: ProperType, place: str, within: frozenset[str]) -> Iterator[str]:
    """What has no type in the value, by the way to it."""
    if isinstance(given, AnyType):
        yield f"{place} may be anything"
    elif isinstance(given, UnionType):
        for one in given.items:
            yield from _faults(get_proper_type(one), place, within)
    elif isinstance(given, TupleType):
        for one in given.items:
            yield from _faults(get_proper_type(one), f"{place}[]", within)
    elif isinstance(given, Instance):
        yield from _instance_faults(given, place, within)
    elif isinstance(given, CallableType) and isinstance(get_proper_type(given.ret_type), AnyType):
        yield f"{place}() may be anything"


def _instance_faults(given: Instance, place: str, within: frozenset[str]) -> Iterator[str]:
    """The same of an object: a mapping of names to anything, the parts of a collection, the fields of a dataclass of ours."""
    if given.type.fullname in MAPPINGS or any(base.fullname in MAPPINGS for base in given.type.mro):
        key, value = (get_proper_type(one) for one in (given.args if len(given.args) == 2 else (given, given)))
        if isinstance(key, Instance) and key.type.fullname == "builtins.str":
            yield f"{place} is a dictionary by names ({given})"
        elif isinstance(value, AnyType) or (isinstance(value, Instance) and value.type.fullname in {*MAPPINGS, "builtins.object"}):
            yield f"{place} is a dictionary of anything ({given})"
        else:
            yield from _faults(value, f"{place}[]", within)
        return
    if not _is_row(given.type):
        for one in given.args:
            yield from _faults(get_proper_type(one), f"{place}[]", within)
    if given.type.fullname.startswith(OURS) and "dataclass" in given.type.metadata and given.type.fullname not in within:
        for name, field in given.type.names.items():
            if isinstance(field.node, Var) and field.node.type is not None and not name.startswith("__"):
                yield from _faults(get_proper_type(field.node.type), f"{place}.{name}", within | {given.type.fullname})


def _is_row(found: TypeInfo) -> bool:
    """Whether it is a row or a relation of the database, whose parameters are its own matter."""
    return found.fullname.startswith(("sqlalchemy.", "events."))


def main() -> int:
    """Print every field of a presenter and every record of a template that has no type; the exit status says whether there is one."""
    found = [fault for path in sorted((ROOT / "presenters").rglob("*.py")) for fault in _field_faults(path)]
    for path in sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt")):
        found += [f"{path.relative_to(ROOT)}:{fault}" for fault in record_faults(path.read_text(encoding="utf-8"))]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    sys.stdout.write(f"view models: {len(found)} faults\n")
    return bool(found)


def _field_faults(path: Path) -> Iterator[str]:
    """The untyped fields of the frozen dataclasses that templates see: those with slots."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef) and any("slots=True" in ast.unparse(one) for one in node.decorator_list):
            for field in node.body:
                written = ast.unparse(field.annotation) if isinstance(field, ast.AnnAssign) else ""
                if "dict" in written or "Any" in written.replace("[", " ").replace("]", " ").replace(",", " ").split():
                    yield f"{path.relative_to(ROOT)}:{field.lineno}: {node.name}.{ast.unparse(field)}: a field needs a type of its own"


def record_faults(source: str) -> list[str]:
    """The lines of a template on which it hands on a dictionary as a record."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    calls = [one for call in tree.find_all(nodes.Call) for one in call.args]
    listed = [one for several in tree.find_all((nodes.List, nodes.Tuple)) for one in getattr(several, "items", ())]
    lines = {one.lineno for one in (*calls, *listed) if isinstance(one, nodes.Dict)}
    return [f"{line}: a dictionary handed on as a record: name its values, or give a dataclass" for line in sorted(lines)]


if __name__ == "__main__":
    sys.exit(main())
