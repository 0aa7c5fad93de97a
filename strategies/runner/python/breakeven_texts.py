"""Results of a user's function as texts that are equal where the values are equal, in whichever process they were made."""
import hashlib

PLAIN = (bool, int, float, complex, str, bytes, bytearray, range, type(None), type(Ellipsis))
INT_BITS = 10000  # an int with more is written in hexadecimal, as long decimals take long
LONGEST = 200


class NoText(Exception):
    """A value that cannot be compared, with what it is."""


def short(text):
    """A text as it is sent: a long one as the digest of its UTF-8 bytes."""
    if len(text) <= LONGEST:
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(value):
    """The text of a value.

    Plain values are their repr, so that floats are exact. Sets are sorted, dicts stay in their order. Arrays of numpy are
    their type, shape and bytes. Other objects are the name of their type and what pickle would keep of them.
    """
    return _text(value, ())


def _text(value, above):
    kind = type(value)
    if kind in PLAIN:
        return _plain(value)
    if id(value) in above:
        return "<itself, %d levels up>" % (len(above) - above.index(id(value)))
    above = (*above, id(value))
    if kind in (list, tuple):
        return "%s(%s)" % (kind.__name__, _texts(value, above))
    if kind in (set, frozenset):
        return "%s(%s)" % (kind.__name__, ", ".join(sorted(_text(part, above) for part in value)))
    if kind is dict:
        return "dict(%s)" % _pairs(value.items(), above)
    if kind.__module__ == "numpy" and hasattr(value, "tobytes"):
        return _array(value, above)
    return _object(value, above)


def _plain(value):
    if type(value) is int and value.bit_length() > INT_BITS:
        return hex(value)
    return repr(value)


def _texts(values, above):
    return ", ".join(_text(value, above) for value in values)


def _pairs(pairs, above):
    return ", ".join("%s: %s" % (_text(key, above), _text(value, above)) for key, value in pairs)


def _array(value, above):
    """An array or a scalar of numpy. The bytes of an array of objects would be addresses."""
    held = value.tolist() if value.dtype.hasobject else value.tobytes()
    digest = hashlib.sha256(held).hexdigest() if isinstance(held, bytes) else _text(held, above)
    return "numpy %s %s %s" % (value.dtype.str, value.shape, digest)


def _object(value, above):
    """An object by what makes it again, as pickle asks for it: a function or class by its name alone."""
    if isinstance(value, type) or (hasattr(value, "__qualname__") and hasattr(value, "__module__")):
        return "%s.%s" % (value.__module__, value.__qualname__)
    try:
        made = value.__reduce_ex__(2)
    except Exception:
        raise NoText("%s.%s" % (type(value).__module__, type(value).__qualname__)) from None
    if isinstance(made, str):
        return made
    function, arguments, state, items, pairs = (*made, None, None, None, None)[:5]
    return "%s%s{%s}[%s]{%s}" % (
        _text(function, above),
        _text(arguments, above),
        "" if state is None else _text(state, above),
        "" if items is None else _texts(items, above),
        "" if pairs is None else _pairs(pairs, above),
    )
