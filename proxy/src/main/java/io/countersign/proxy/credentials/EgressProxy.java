package io.countersign.proxy.credentials;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;

/**
 * {@code HTTPS_PROXY} and {@code NO_PROXY} as the SDK's client wants them. For calls to AWS alone; the container and
 * instance endpoints are link-local and never go through a proxy, which the SDK sees to itself.
 */
final class EgressProxy {
    private EgressProxy() {}

    static ProxyConfiguration of(Environment environment) {
        ProxyConfiguration.Builder builder =
                ProxyConfiguration.builder().useSystemPropertyValues(false).useEnvironmentVariablesValues(false);
        either(environment, "HTTPS_PROXY").ifPresent(value -> {
            URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
            builder.endpoint(withPort(proxy));
            String user = proxy.getUserInfo();
            if (user != null) {
                int colon = user.indexOf(':');
                builder.username(colon < 0 ? user : user.substring(0, colon));
                builder.password(colon < 0 ? "" : user.substring(colon + 1));
            }
            builder.nonProxyHosts(direct(either(environment, "NO_PROXY").orElse("")));
        });
        return builder.build();
    }

    private static Optional<String> either(Environment environment, String upper) {
        return environment.get(upper.toLowerCase(Locale.ROOT)).or(() -> environment.get(upper));
    }

    private static URI withPort(URI proxy) {
        int port = proxy.getPort() >= 0 ? proxy.getPort() : "https".equals(proxy.getScheme()) ? 443 : 80;
        String host = proxy.getHost();
        if (host == null) {
            throw new IllegalArgumentException("HTTPS_PROXY is not a URL such as http://proxy.example:3128");
        }
        return URI.create(proxy.getScheme() + "://" + host + ":" + port);
    }

    /** Patterns over host names: a name also stands for what is under it; loopback is always direct. */
    private static Set<String> direct(String noProxy) {
        Set<String> patterns = new LinkedHashSet<>(Set.of("localhost", "127\\..*", "\\[?::1\\]?"));
        for (String entry : noProxy.split(",", -1)) {
            String host = entry.strip().toLowerCase(Locale.ROOT);
            if (host.equals("*")) {
                patterns.add(".*");
            } else if (!host.isEmpty()) {
                String name =
                        host.startsWith("*.") ? host.substring(2) : host.startsWith(".") ? host.substring(1) : host;
                patterns.add("(.*\\.)?" + Pattern.quote(name));
            }
        }
        return patterns;
    }
}
