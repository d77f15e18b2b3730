"""One TLS provider, one version of what crosses crate borders."""

import collections

import tree

# Two providers make rustls panic at run time; C libraries make the build need more than a C compiler.
FORBIDDEN = {"aws-lc-rs", "aws-lc-sys", "openssl", "openssl-sys", "native-tls", "boring", "boring-sys"}
SINGLE = {
    "async-nats", "axum", "http", "hyper", "opentelemetry", "opentelemetry_sdk", "prost", "reqwest", "ring", "rustls",
    "serde", "serde_json", "sqlx", "tokio", "tonic", "tracing",
}


def check():
    versions = collections.defaultdict(set)
    for package in tree.packages().values():
        versions[package["name"]].add(package["version"])
    problems = [
        f"{name} is in the tree. Fix: find who brings it (cargo tree -i {name} -e features), take the `ring` feature"
        for name in sorted(FORBIDDEN & versions.keys())
    ]
    problems += [
        f"{name} is there {len(found)} times: {', '.join(sorted(found))}. Fix: pin versions that agree (cargo tree -d)"
        for name, found in sorted(versions.items())
        if name in SINGLE and len(found) > 1
    ]
    for node in tree.metadata()["resolve"]["nodes"]:
        package = tree.packages().get(node["id"])
        if package is None:
            continue
        if package["name"] == "async-nats" and "chrono" in node["features"]:
            problems.append("async-nats has feature `chrono`, which swaps its time types. Fix: switch it off")
    return problems
