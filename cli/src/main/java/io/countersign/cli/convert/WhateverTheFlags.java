package io.countersign.cli.convert;

import java.util.List;

/** What aws-sigv4-proxy does differently, whatever its flags; docs/FROM-SIGV4-PROXY.md has the details. */
final class WhateverTheFlags {
    static final List<Difference> DIFFER = List.of(
            new Difference(
                    "requests",
                    "Via is added, which ends loops; fields that belong to one connection are left out; one with a"
                            + " signature of its own is signed anew"),
            new Difference(
                    "bodies",
                    "one over its limit (limits.body, or the service's own) gets 413, where memory grew without bound"),
            new Difference(
                    "responses",
                    "they stream; Accept-Encoding is not added, so they are not unpacked either; faults on the way are"
                            + " answered as application/problem+json, with 502, 503 or 504"));

    private WhateverTheFlags() {}
}
