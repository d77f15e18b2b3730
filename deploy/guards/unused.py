"""Dependencies that no line of a crate names."""

import re

import tree

# (crate or *, dependency): why it is there although no source line names it.
EXPECTED = {
    ("proto", "prost"): "generated code names it",
    ("proto", "tonic"): "generated code names it",
    ("proto", "tonic-prost"): "generated code names it",
}


def sources(package, kind):
    folder = tree.folder(package)
    if kind == "build":
        paths = [folder / "build.rs"]
    else:
        # A folder of ours may hold other crates' folders (services/torg does not, tests/ does not).
        places = ["src"] if kind is None else ["src", "tests", "benches", "examples", "e2e"]
        paths = [path for place in places for path in (folder / place).rglob("*.rs")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())


def check():
    problems = []
    for name, package in sorted(tree.members().items()):
        for kind in (None, "dev", "build"):
            text = None
            for dependency in tree.dependencies(package, kind):
                text = sources(package, kind) if text is None else text
                known = dependency["rename"] or dependency["name"]
                if (name, known) in EXPECTED or re.search(rf"\b{known.replace('-', '_')}\b", text):
                    continue
                problems.append(
                    f"{tree.room(package)}/Cargo.toml: {kind or 'normal'} dependency {known} is not used. Fix: remove it, "
                    "or say why it stays in deploy/guards/unused.py"
                )
    return problems + of_workspace()


def of_workspace():
    manifest = (tree.ROOT / "Cargo.toml").read_text(encoding="utf-8")
    # By hand, because tomllib came with Python 3.11; our manifest has one dependency a line.
    section = manifest.split("[workspace.dependencies]")[1].split("\n[")[0]
    listed = re.findall(r"^([\w-]+) *=", section, flags=re.MULTILINE)
    used = {
        dependency["rename"] or dependency["name"]
        for package in tree.members().values()
        for dependency in package["dependencies"]
    }
    ours = set(tree.members())
    return [
        f"Cargo.toml: workspace dependency {name} is used by no crate. Fix: remove it"
        for name in sorted(set(listed) - used - ours)
    ]
