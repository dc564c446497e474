package io.countersign.cli.convert;

import java.util.Optional;

/** What an agent says of the server's certificate, which from then on is the proxy's to check. */
final class AgentTls {
    private AgentTls() {}

    /**
     * Reports what has to be set by hand. Files are not named in the configuration, which could not be checked without them.
     *
     * @return whether there is anything
     */
    static boolean report(Optional<YamlNode> tls, String from, String key, AgentRoutes routes) {
        if (tls.isEmpty()) {
            return false;
        }
        YamlNode said = tls.get();
        if (said.text("ca_file").isPresent() || said.text("ca").isPresent()) {
            routes.difference(from, key + ": name its authority in the route's tls.ca");
        }
        if (said.isTrue("insecure_skip_verify")) {
            routes.difference(
                    from,
                    key
                            + ".insecure_skip_verify: the certificate is verified; pin one that nobody vouches for in tls.pin");
        }
        if (said.text("server_name").isPresent()
                || said.text("server_name_override").isPresent()) {
            routes.difference(from, key + ": write the server's name in upstream.sni");
        }
        if (said.text("cert_file").isPresent() || said.text("key_file").isPresent()) {
            routes.difference(from, key + ": client certificates have no equal towards an upstream");
        }
        return true;
    }
}
