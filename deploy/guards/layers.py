"""Who may depend on whom: contracts on nothing of ours, libraries on contracts, services never on each other."""

import tree

CONTRACTS = {"proto", "schemas"}
# Rules are pure: nothing here waits, reads a clock, draws a random number or talks to anyone.
IMPURE = {
    "async-nats", "axum", "clap", "fastrand", "futures", "getrandom", "governor", "hyper", "moka", "opentelemetry",
    "rand", "reqwest", "rustix", "sqlx", "tokio", "tokio-stream", "tokio-util", "tonic", "tower", "tracing",
}
# Each with the only crates that may import it; tests/ may look behind the curtain.
HOMES = {
    "async-nats": {"eventlog", "e2e"}, "lettre": {"mail", "e2e"}, "typst": {"paper"}, "typst-pdf": {"paper"},
}


def allowed(name, room, ours):
    """Which of our own crates this one may depend on."""
    libraries = {other for other, package in ours.items() if tree.room(package).startswith("services/lib/")}
    if name in CONTRACTS:
        return set()
    if name in libraries:
        return {"schemas"}
    if room == "tests":
        return set(ours)
    services = {other for other, package in ours.items() if tree.room(package).startswith("services/")} - libraries
    if name == "torg":
        return CONTRACTS | libraries | services - {"simulator"}
    return CONTRACTS | libraries


def check():
    ours, problems = tree.members(), []
    for name, package in sorted(ours.items()):
        room = tree.room(package)
        normal = {dependency["name"] for dependency in tree.dependencies(package, None, "build")}
        for wrong in sorted(normal & set(ours) - allowed(name, room, ours)):
            problems.append(
                f"{room} depends on {wrong}. Fix: pass what it needs as an argument, or move the contract to schemas/"
            )
        problems += [
            f"{room} depends on {wrong}. Fix: what it needs belongs into {min(HOMES[wrong] - {'e2e'})}"
            for wrong in sorted(normal & HOMES.keys())
            if name not in HOMES[wrong]
        ]
        if name == "domain":
            problems += [
                f"{room} depends on {wrong}. Fix: rules are pure, the caller passes times, ids and answers"
                for wrong in sorted(normal & IMPURE)
            ]
    return problems
