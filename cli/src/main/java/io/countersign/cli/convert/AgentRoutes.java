package io.countersign.cli.convert;

import io.countersign.proxy.aws.AwsEndpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A route for each place that an agent has signed for itself. Where there are several, each has a path of its own before the one that goes
 * upstream, since the agent then calls all of them on one address.
 */
final class AgentRoutes {
    static final String LISTENER = "http://localhost:8005";

    /** More than any agent has; finding free names for a hundred thousand takes minutes. */
    private static final int MAX_ENTRIES = 1000;

    private final Settings settings = new Settings();
    private final List<Difference> differences = new ArrayList<>();
    private final List<String> after = new ArrayList<>();
    private final Set<String> names = new TreeSet<>();

    /**
     * What an agent writes to.
     *
     * @param from where it is written, for comments
     * @param name of the route
     * @param service as the agent says it; empty where it says none
     */
    record Destination(
            String from, String name, URI url, Optional<String> service, Optional<String> region, Signer signer) {}

    /**
     * Whose signatures the agent makes.
     *
     * @param ofRole further settings of the role
     * @param externalId whether the role is assumed with one
     * @param fixedKeys whether they are written in its configuration
     */
    record Signer(
            Optional<String> profile,
            Optional<String> role,
            Map<String, String> ofRole,
            boolean externalId,
            boolean fixedKeys) {}

    List<Difference> differences() {
        return differences;
    }

    void difference(String about, String what) {
        differences.add(new Difference(about, what));
    }

    void after(String line) {
        after.add(line);
    }

    /** @throws IllegalArgumentException when it is not a URL of a host; the message does not repeat it */
    static URI url(String from, String text) {
        try {
            URI url = new URI(text.strip());
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (!http || url.getHost() == null) {
                throw new IllegalArgumentException(from + ": it is not a URL of http or https");
            }
            return url;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(from + ": it is not a URL", e);
        }
    }

    /** A name that a route can have, and none has yet. */
    String name(String wanted) {
        if (names.size() == MAX_ENTRIES) {
            throw new IllegalArgumentException("it has more than " + MAX_ENTRIES + " entries that are signed");
        }
        String name = wanted.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-+|-+$", "");
        name = name.isEmpty() ? "route" : name.substring(0, Math.min(60, name.length()));
        String free = name;
        for (int i = 2; !names.add(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    /**
     * Adds the route.
     *
     * @param sole whether it is the only one
     * @return the URL that the agent calls instead
     */
    String add(Destination to, boolean sole) {
        String name = to.name();
        String from = to.from();
        URI url = to.url();
        if (url.getRawUserInfo() != null || url.getRawQuery() != null) {
            difference(from, "user and query of the URL are left out; the agent goes on sending a query of its own");
        }
        if (!sole) {
            settings.put("/" + name, from, "routes", name, "match", "path-prefix");
            settings.put("/" + name, "", "routes", name, "strip-prefix");
        }
        String host = url.getHost().toLowerCase(Locale.ROOT);
        String origin = "https://" + host + (url.getPort() < 0 ? "" : ":" + url.getPort());
        if (url.getScheme().equalsIgnoreCase("http")) {
            difference(from, "it is http, which would show the session token to the network; the route goes by https");
        }
        settings.put(origin, from + ": url", "routes", name, "upstream");
        signing(to, host);
        String credentials = credentials(to);
        if (!credentials.equals("default")) {
            settings.put(credentials, from, "routes", name, "credentials");
        }
        String path = Optional.ofNullable(url.getRawPath()).orElse("");
        return LISTENER + (sole ? "" : "/" + name) + (path.isEmpty() && sole ? "/" : path);
    }

    private void signing(Destination to, String host) {
        Optional<AwsEndpoint> known = AwsEndpoint.of(host);
        String[] service = {"routes", to.name(), "service"};
        String[] region = {"routes", to.name(), "region"};
        if (known.isEmpty()
                || to.service()
                        .filter(name -> !name.equals(known.get().service()))
                        .isPresent()) {
            settings.put(to.service().orElse("execute-api"), to.from() + ": service", service);
        }
        if (known.isEmpty()
                || to.region()
                        .filter(name -> !name.equals(known.get().region()))
                        .isPresent()) {
            settings.put(to.region().orElse("us-east-1"), to.from() + ": region", region);
            if (to.region().isEmpty()) {
                difference(
                        to.from(),
                        "no region is written, and the host does not say one: check routes." + to.name() + ".region");
            }
        }
    }

    private String credentials(Destination to) {
        Signer signer = to.signer();
        if (signer.fixedKeys()) {
            difference(
                    to.from(),
                    "its keys are not repeated here: put them into the variables AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY, or into files that credentials name (docs/CREDENTIALS.md), and out of the"
                            + " agent's configuration");
        }
        if (signer.profile().isEmpty() && signer.role().isEmpty()) {
            return "default";
        }
        String name = to.name();
        signer.profile()
                .ifPresent(profile -> settings.put(profile, to.from() + ": profile", "credentials", name, "profile"));
        signer.role().ifPresent(role -> {
            settings.put(role, to.from() + ": role", "credentials", name, "role-arn");
            signer.ofRole().forEach((key, value) -> settings.put(value, to.from(), "credentials", name, key));
            if (signer.externalId()) {
                difference(
                        to.from(),
                        "its external ID is not repeated here: set credentials." + name
                                + ".external-id, which may name a file");
            }
        });
        return name;
    }

    Conversion conversion() {
        return new Conversion(settings, differences, Map.of(), after);
    }
}
