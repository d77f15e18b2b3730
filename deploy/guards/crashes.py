"""Places at which a test has a process die are in no program that somebody else gets."""

import re

import tree

FEATURE = "crash-points"
# The one file that knows the names and the variable, all of it behind the feature and out of release builds.
HOME = "services/lib/boot/src/crash.rs"
ARMED = re.compile(r'#\[cfg\(feature = "crash-points"\)\]\nmod armed \{(.*?)\n\}\n', re.S)


def check():
    problems = []
    for name, package in sorted(tree.members().items()):
        room = tree.room(package)
        if name != "boot" and FEATURE in package["features"]:
            problems.append(f"{room} has a feature {FEATURE}. Fix: only boot has it")
        leads = [feature for feature, needs in package["features"].items() for need in needs if FEATURE in need]
        problems += [f"{room}: its feature {one} asks for {FEATURE}. Fix: only the stories do" for one in leads]
        asks = any(FEATURE in dependency["features"] for dependency in package["dependencies"])
        if asks and room != "tests":
            problems.append(f"{room} asks for {FEATURE}. Fix: only the stories do, so that no program is built with it")
    source = (tree.ROOT / HOME).read_text()
    inside = "".join(ARMED.findall(source))
    names = re.findall(r'\(CrashPoint::\w+, "\w+", "(\w+)"\)', inside)
    if not names:
        problems.append(f"{HOME}: no places found in the module behind the feature. Fix: keep them there, or this guard")
    if "if cfg!(debug_assertions) {\n        armed::reached" not in source:
        problems.append(f"{HOME}: a release build could die. Fix: reach a place only with debug_assertions")
    outside = source.replace(inside, "")
    for word in ["TORG_CRASH_AT", *(f'"{name}"' for name in names)]:
        if word in outside:
            problems.append(f"{HOME}: {word} stands outside of the module behind the feature")
    for file in tree.files():
        if file.endswith(".rs") and file.startswith("services/") and file != HOME:
            if "TORG_CRASH_AT" in (tree.ROOT / file).read_text():
                problems.append(f"{file} names TORG_CRASH_AT. Fix: only boot and the stories know it")
    return problems
