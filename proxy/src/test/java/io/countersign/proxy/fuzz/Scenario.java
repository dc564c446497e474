package io.countersign.proxy.fuzz;

import io.countersign.proxy.testing.TestProxy;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One kind of proxy to be fuzzed.
 *
 * @param loops event loops
 * @param places in flight at once; fewer than clients make them wait
 * @param maxBody bytes of one body
 * @param buffered bytes of all bodies
 * @param clients at work at once
 */
record Scenario(String name, int loops, int places, int maxBody, int buffered, boolean tls, int clients) {
    /** Times are so long that only what hangs meets them. */
    String hocon(String upstream, Optional<Path> authority) {
        return """
            countersign {
              listeners = [ { bind = "127.0.0.1:0", head-timeout = 60s, keep-alive-idle = 60s } ]
              admin { bind = "127.0.0.1:0" }
              limits {
                connections = 1024, in-flight = %d, body = %d, buffered = %d, event-loops = %d
                max-header-bytes = %d, max-target-bytes = %d, max-headers = %d
              }
              drain { quiet = 0s, max = 1s }
              log { level = info, access = all }
              credentials { default { access-key-id = "%s", secret-access-key = "%s", session-token = "%s" } }
              routes { main {
                upstream = "%s://%s%s", service = execute-api, region = us-east-1
                %s
                timeouts { body-idle = 30s, request = 30s, connect = 10s, response-idle = 30s, pool-idle = 1s }
              } }
            }
            """.formatted(
                        places,
                        maxBody,
                        buffered,
                        loops,
                        Rules.MAX_HEAD,
                        Rules.MAX_TARGET,
                        Rules.MAX_FIELDS,
                        TestProxy.ACCESS_KEY,
                        TestProxy.SECRET,
                        TestProxy.TOKEN,
                        tls ? "https" : "http",
                        upstream,
                        TestProxy.STAGE,
                        authority.map(file -> "tls.ca = \"" + file + "\"").orElse(""));
    }
}
