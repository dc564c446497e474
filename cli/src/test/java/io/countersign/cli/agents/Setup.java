package io.countersign.cli.agents;

/**
 * What of the proxy's configuration a test chooses or changes while it runs.
 *
 * @param service that the route signs for, and the stand-in checks for
 * @param access who may call, as keys of {@code access}
 * @param prefix of the paths that the route takes
 * @param route further keys of the route
 */
record Setup(String service, String access, String prefix, String route) {
    static final Setup GATEWAY = new Setup("execute-api", "allow = [\"127.0.0.1\"]", "/", "");

    Setup withService(String name) {
        return new Setup(name, access, prefix, route);
    }

    Setup withAccess(String keys) {
        return new Setup(service, keys, prefix, route);
    }

    Setup withPrefix(String path) {
        return new Setup(service, access, path, route);
    }

    Setup withRoute(String keys) {
        return new Setup(service, access, prefix, keys);
    }

    String config(int port, int admin, int upstream) {
        return """
                countersign {
                  listeners = [{ bind = "127.0.0.1:%d" }]
                  admin { bind = "127.0.0.1:%d" }
                  access { %s }
                  credentials { default { profile = gateway } }
                  routes {
                    gateway {
                      match.path-prefix = "%s"
                      upstream = "https://localhost:%d/prod"
                      service = %s
                      region = us-east-1
                      tls { ca = "ca.pem" }
                      %s
                    }
                  }
                }
                """.formatted(port, admin, access, prefix, upstream, service, route);
    }
}
