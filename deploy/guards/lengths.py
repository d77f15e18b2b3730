"""No file over 500 lines: split by decision, before it hurts."""

import tree

HARD = 500
KINDS = (".rs", ".py", ".proto", ".html", ".css", ".js", ".mjs", ".sh")


def check():
    problems = []
    for name in tree.files():
        if not name.endswith(KINDS) or "/vendor/" in name:
            continue
        lines = (tree.ROOT / name).read_text(encoding="utf-8").count("\n")
        if lines > HARD:
            problems.append(f"{name} has {lines} lines, {HARD} are allowed. Fix: one file per family of decisions")
    return problems
