"""The console in a real browser: starts the demo with a state of its own, and runs journey.mjs and markup.mjs against it.

Needs `node` and `npm` on the PATH, and fetches playwright-core and axe-core, pinned, into .torg/browser. Chromium is that
on the PATH; where there is none, root installs it with apt-get. Without a browser nothing is tested and a loud line says
so, unless TORG_BROWSER=required makes that a failure.
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


def missing(what):
    told = f"THE BROWSER TESTS DID NOT RUN: {what}"
    if os.environ.get("TORG_BROWSER") == "required":
        sys.exit(told)
    print(f"\n*** {told} ***\n", file=sys.stderr)
    sys.exit(0)


def browser():
    """Chromium: that on the PATH, else Debian's, installed when that needs nobody's password."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = program(*names)
    if not found and os.geteuid() == 0 and program("apt-get"):
        quiet = {"check": False, "stdin": subprocess.DEVNULL, "timeout": 600}
        silent = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        print("chromium is not there: apt-get installs it", flush=True)
        subprocess.run(["apt-get", "-qq", "update"], env=silent, **quiet)
        subprocess.run(["apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"], env=silent, **quiet)
        found = program(*names)
    return found or missing("chromium is not installed and cannot be")


def packages(npm):
    folder = ROOT / ".torg/browser"
    stamp = folder / "packages.txt"
    if not stamp.is_file() or stamp.read_text() != "\n".join(PACKAGES):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES], cwd=folder, check=True)
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
    node, npm = program("node"), program("npm")
    if not node or not npm:
        missing("node and npm are not installed")
    chromium = browser()
    modules = packages(npm)
    pictures = pathlib.Path(os.environ.get("TORG_PICTURES", ROOT / ".torg/pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="torg-browser-") as state:
        process, console, chat, stand_ins = demo(pathlib.Path(state))
        try:
            told = {"CHROMIUM": chromium, "CONSOLE": console, "CHAT": chat, "MODULES": str(modules), "PICTURES": str(pictures)}
            told |= {"STAND_INS": stand_ins, "STATE": state}
            scripts = sys.argv[1:] or ["journey.mjs", "markup.mjs"]
            for script in scripts:
                script = str(pathlib.Path(__file__).with_name(script))
                ended = subprocess.run([node, script], env=os.environ | told).returncode
                if ended:
                    print((pathlib.Path(state) / "torg.log").read_text()[-3000:], file=sys.stderr)
                    return ended
            return 0
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
