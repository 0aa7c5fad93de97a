"""The user's function: its module is imported, the function is found in it, its arguments are read."""
import difflib
import functools
import importlib
import importlib.util
import json
import os
import pickle
import sys
import time
import traceback
import types

import breakeven_works as works
from breakeven_strategies import RunnerError


class StartsProcesses(Exception):
    """Raised in place of a process that a module starts while it is imported."""


def split_reference(reference):
    """The path and the name of "PATH.py:FUNCTION"; the name is "" where there is none."""
    if reference.endswith(".py") or ":" not in reference:
        return reference, ""
    path, _, name = reference.rpartition(":")
    return path, name


def load(reference):
    """(the function, what is known of it) of a reference."""
    path, name = split_reference(reference)
    start = time.perf_counter_ns()
    module = import_file(os.path.abspath(path))
    import_ns = time.perf_counter_ns() - start
    function, name = find_function(module, name, os.path.basename(path))
    said = (getattr(function, "__doc__", None) or "").strip().partition("\n")[0]
    return function, {"name": name, "import_ns": import_ns, **({"summary": said} if said else {})}


def import_file(path):
    """Imports a module by its name, as workers that are spawned will; its folder is where modules are looked for first."""
    folder, file = os.path.split(path)
    name = check_module_name(path)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        with no_processes():
            return importlib.import_module(name)
    except StartsProcesses as error:
        text = "%s starts processes while it is imported: put that under if __name__ == '__main__':"
        raise RunnerError("usage", text % place_of(error, path)) from None
    except SystemExit as error:
        text = "%s: it ends the program while it is imported: put that under if __name__ == '__main__':"
        raise RunnerError("usage", text % place_of(error, path)) from None
    except BaseException as error:
        text = "%s: it cannot be imported: %s" % (place_of(error, path), error_text(error))
        raise RunnerError("usage", text) from None


def check_module_name(path):
    """The name by which a file is imported. Workers import it by that name, so it must not be that of another module."""
    file = os.path.basename(path)
    name, ending = os.path.splitext(file)
    if not os.path.isfile(path):
        raise RunnerError("usage", "%s: no such file" % path)
    if ending != ".py":
        raise RunnerError("usage", "%s: a module is a file whose name ends in .py" % file)
    if not name.isidentifier():
        raise RunnerError("usage", "%s: workers import a module by its name, and %r is no name of one" % (file, name))
    found = sys.modules.get(name)
    origin = getattr(found, "__file__", None) or ("Python itself" if found is not None else standard_origin(name))
    if origin and not is_same_file(origin, path):
        raise RunnerError("usage", "%s: Python has a module of that name (%s): give it another" % (file, origin))
    return name


def standard_origin(name):
    """Where the module of that name of Python's own library lies; None where it has none."""
    standard = getattr(sys, "stdlib_module_names", sys.builtin_module_names)
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    inside = os.path.dirname(spec.origin) == os.path.dirname(os.__file__)
    return spec.origin if name in standard or inside else None


def is_same_file(one, other):
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


class no_processes:
    """While it holds, a process of multiprocessing is not started: StartsProcesses is raised."""

    def __enter__(self):
        from multiprocessing.process import BaseProcess

        self.start, self.owner = BaseProcess.start, BaseProcess
        BaseProcess.start = self.refuse

    @staticmethod
    def refuse(process):
        raise StartsProcesses

    def __exit__(self, *_):
        self.owner.start = self.start


def place_of(error, path):
    """FILE:LINE of the module where the error came from: the last line of it that was running."""
    if isinstance(error, SyntaxError) and error.filename:
        return "%s:%s" % (os.path.basename(error.filename), error.lineno)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return "%s:%d" % (os.path.basename(path), lines[-1]) if lines else os.path.basename(path)


def error_text(error):
    """The last line of a traceback."""
    if isinstance(error, SyntaxError):
        return "%s: %s" % (type(error).__name__, error.msg)
    return works.error_text(error)


def find_function(module, name, file):
    """(the function, its name); without a name, the only public function that the module has."""
    names = own_functions(module)
    if not name:
        if len(names) == 1:
            return getattr(module, names[0]), names[0]
        said = "it has %s: say which, as %s:%s" % (", ".join(names), file, names[0]) if names else "it has none"
        raise RunnerError("usage", "%s: no function is named, and %s" % (file, said))
    try:
        function = functools.reduce(getattr, name.split("."), module)
    except AttributeError:
        raise RunnerError("usage", "%s has no function %r%s" % (file, name, suggestion(name, names))) from None
    if not callable(function):
        raise RunnerError("usage", "%s: %s is %s, not a function" % (file, name, with_article(type(function).__name__)))
    return function, name


def own_functions(module):
    """The public functions that the module defines itself, in their order."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and isinstance(value, types.FunctionType)
        and value.__module__ == module.__name__
    ]


def suggestion(name, names):
    near = difflib.get_close_matches(name, names, 1)
    if near:
        return ": did you mean %r?" % near[0]
    return "; it has %s" % ", ".join(names) if names else "; it has none"


def with_article(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


def not_picklable(function):
    """Why processes cannot be given the function, in one line; "" where they can."""
    try:
        pickle.dumps(function)
        return ""
    except Exception as error:
        reason = works.error_text(error)
    name = getattr(function, "__name__", None) or type(function).__name__
    qualified = getattr(function, "__qualname__", "")
    if "<lambda>" in qualified:
        return "the function is a lambda, which cannot be pickled: write it with def at the top of the module"
    if "<locals>" in qualified:
        outer = qualified.split(".<locals>")[0]
        return "%s was made inside %s and cannot be pickled: write it at the top of the module" % (name, outer)
    return "%s cannot be pickled: %s" % (name, reason)


def read_arguments(path):
    """The arguments of a file with a JSON value a line: (values, whether each is a pair of arguments and keywords)."""
    values = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.isspace():
                values.append(read_line(line, "%s:%d" % (os.path.basename(path), number)))
    if not values:
        raise RunnerError("usage", "%s: it has no line" % os.path.basename(path))
    if not any(is_call(value) for value in values):
        return values, False
    return [(value.get("args", []), value.get("kwargs", {})) if is_call(value) else ([value], {}) for value in values], True


def read_line(line, place):
    try:
        value = json.loads(line)
    except ValueError as error:
        raise RunnerError("usage", "%s: no JSON: %s" % (place, error)) from None
    if is_call(value):
        if not isinstance(value.get("args", []), list):
            raise RunnerError("usage", '%s: "args" must be a list' % place)
        if not isinstance(value.get("kwargs", {}), dict):
            raise RunnerError("usage", '%s: "kwargs" must be an object' % place)
    return value


def is_call(value):
    """True for {"args": [...], "kwargs": {...}}, of which one may be missing."""
    return isinstance(value, dict) and len(value) > 0 and set(value) <= {"args", "kwargs"}
