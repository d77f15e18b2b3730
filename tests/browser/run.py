"""The console in a real browser: starts the demo with a state of its own, and runs journey.mjs and markup.mjs against it.

Needs node, npm and Chromium on the PATH, and says how to get them where they are not; fetches playwright-core and axe-core,
pinned, into .torg/browser. `run.py --needs` only looks whether everything is there, before minutes of building.
"""

import os
import pathlib
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
PACKAGES = ("playwright-core@1.65.1", "axe-core@4.14.1")
START_SECONDS = 180


def program(*names):
    return next((path for path in map(shutil.which, names) if path), None)


def needs():
    """Node, npm and Chromium; leaves with all that is missing, and how to get it."""
    found = {
        "node": program("node", "nodejs"),
        "npm": program("npm"),
        "chromium": program("chromium", "chromium-browser", "google-chrome"),
    }
    missing = [name for name, path in found.items() if not path]
    if missing:
        sys.exit(
            f"the browser tests need {', '.join(missing)} on the PATH\n"
            "  Debian, Ubuntu   sudo apt-get install nodejs npm chromium\n"
            "  Fedora           sudo dnf install nodejs npm chromium\n"
            "  elsewhere        https://nodejs.org (20 or newer, with npm) and Chromium or Google Chrome"
        )
    return found


def packages(npm):
    folder = ROOT / ".torg/browser"
    stamp = folder / "packages.txt"
    if not stamp.is_file() or stamp.read_text() != "\n".join(PACKAGES):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
        if subprocess.run(command, cwd=folder).returncode:
            sys.exit(f"npm could not fetch {' and '.join(PACKAGES)}: is its registry reachable?")
        stamp.write_text("\n".join(PACKAGES))
    return folder / "node_modules"


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


def main():
    found = needs()
    if sys.argv[1:] == ["--needs"]:
        return 0
    modules = packages(found["npm"])
    pictures = pathlib.Path(os.environ.get("TORG_PICTURES", ROOT / ".torg/pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torg-browser-") as state:
        process, console, chat, stand_ins = demo(pathlib.Path(state))
        try:
            told = {"CHROMIUM": found["chromium"], "CONSOLE": console, "CHAT": chat, "MODULES": str(modules), "PICTURES": str(pictures)}
            told |= {"STAND_INS": stand_ins, "STATE": state}
            scripts = sys.argv[1:] or ["journey.mjs", "markup.mjs"]
            print(f"the demo is up after {time.monotonic() - began:.0f} s", flush=True)
            for script in scripts:
                started = time.monotonic()
                command = [found["node"], str(pathlib.Path(__file__).with_name(script))]
                ended = subprocess.run(command, env=os.environ | told).returncode
                print(f"{script}: {time.monotonic() - started:.0f} s", flush=True)
                if ended:
                    print((pathlib.Path(state) / "torg.log").read_text()[-3000:], file=sys.stderr)
                    return ended
            return 0
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
