"""The workspace as cargo sees it on this platform, and the files that git would keep."""

import functools
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@functools.cache
def metadata():
    host = next(line[6:] for line in output("rustc", "-vV").splitlines() if line.startswith("host: "))
    return json.loads(output("cargo", "metadata", "--format-version=1", "--locked", "--filter-platform", host))


@functools.cache
def packages():
    """Every package that is really compiled here, by id."""
    # Not the resolve of `cargo metadata`: that joins the features of all targets, and names crates that only others compile.
    lines = output("cargo", "tree", "--workspace", "--locked", "--prefix=none", "--format={p}").splitlines()
    used = {tuple(line.split()[:2]) for line in lines if line}
    return {
        package["id"]: package
        for package in metadata()["packages"]
        if (package["name"], f"v{package['version']}") in used
    }


@functools.cache
def members():
    """Our own crates: name -> package."""
    ours = set(metadata()["workspace_members"])
    return {package["name"]: package for package in metadata()["packages"] if package["id"] in ours}


def folder(package):
    return pathlib.Path(package["manifest_path"]).parent


def room(package):
    """The crate's folder inside the repository: `services/lib/domain`."""
    return folder(package).relative_to(ROOT).as_posix()


def dependencies(package, *kinds):
    """Names of what a crate depends on; kinds: None = normal, "dev", "build"."""
    return [dependency for dependency in package["dependencies"] if dependency["kind"] in kinds]


@functools.cache
def files():
    """Files that git tracks or would track, as paths relative to the root."""
    listed = output("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()})
