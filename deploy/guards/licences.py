"""Licences: everything that is compiled in may be used under terms on the list."""

import re

import tree

ALLOWED = {
    "MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib",
    "0BSD", "BSL-1.0", "Unicode-3.0", "CDLA-Permissive-2.0",
}
FIX = "choose another crate, or switch off the feature that brings it (cargo tree -i NAME -e features)"


def allows(expression):
    """Evaluates an SPDX expression; the old form `MIT/Apache-2.0` means OR."""
    words = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))
    value, rest = alternatives(words)
    return value and not rest


def alternatives(words):
    value, words = conjunction(words)
    while words and words[0] == "OR":
        other, words = conjunction(words[1:])
        value = value or other
    return value, words


def conjunction(words):
    value, words = term(words)
    while words and words[0] == "AND":
        other, words = term(words[1:])
        value = value and other
    return value, words


def term(words):
    if words and words[0] == "(":
        value, words = alternatives(words[1:])
        return value, words[1:]
    name, words = words[0], words[1:]
    if words and words[0] == "WITH":
        name, words = f"{name} WITH {words[1]}", words[2:]
    return name in ALLOWED, words


def check():
    problems = []
    for package in tree.packages().values():
        licence = package["license"] or "no licence named"
        if package["license"] is None or not allows(licence):
            problems.append(f"{package['name']} {package['version']}: {licence}. Fix: {FIX}")
    return problems
