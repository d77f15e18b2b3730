"""No path of somebody's machine in what we keep."""

import re

import tree

MACHINE = re.compile(r"(?<![\w.:/-])/(?:home|root|work|Users)/[\w.-]+")
# Where such a path means something else.
EXPECTED = {"/home/nonroot": "the user of distroless images"}


def check():
    problems = []
    for name in tree.files():
        try:
            text = (tree.ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found = MACHINE.search(line)
            if found and found.group() not in EXPECTED:
                problems.append(f"{name}:{number}: {found.group()}. Fix: make it relative or an option")
    return problems
