package io.countersign.cli.convert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What vmagent's flags {@code -remoteWrite.aws.*} equal. A flag that is given several times is for the URLs in their order. */
final class FromVmagent {
    private static final String PREFIX = "remoteWrite.";

    private final Map<String, List<String>> flags = new HashMap<>();
    private final AgentRoutes routes = new AgentRoutes();

    private FromVmagent() {}

    /** @throws IllegalArgumentException when nothing in it is signed */
    static Conversion of(List<String> arguments) {
        FromVmagent conversion = new FromVmagent();
        conversion.read(arguments);
        return conversion.convert();
    }

    private void read(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("-")) {
                continue;
            }
            String name = argument.replaceFirst("^--?", "");
            int equals = name.indexOf('=');
            boolean follows = equals < 0
                    && i + 1 < arguments.size()
                    && !arguments.get(i + 1).startsWith("-");
            String value = equals >= 0 ? name.substring(equals + 1) : follows ? arguments.get(++i) : "true";
            String key = equals >= 0 ? name.substring(0, equals) : name;
            flags.computeIfAbsent(key, each -> new ArrayList<>()).addAll(List.of(value.split(",", -1)));
        }
    }

    private Optional<String> flag(String name, int index) {
        List<String> values = flags.getOrDefault(PREFIX + name, List.of());
        if (values.size() == 1) {
            return Optional.of(values.get(0)).filter(value -> !value.isEmpty());
        }
        return index < values.size()
                ? Optional.of(values.get(index)).filter(value -> !value.isEmpty())
                : Optional.empty();
    }

    private Conversion convert() {
        List<String> urls = flags.getOrDefault(PREFIX + "url", List.of());
        List<Integer> signed = new ArrayList<>();
        for (int i = 0; i < urls.size(); i++) {
            if (flag("aws.useSigv4", i).filter("true"::equals).isPresent()) {
                signed.add(i);
            } else {
                routes.difference(flagName(i), "it has no -remoteWrite.aws.useSigv4, and stays as it is");
            }
        }
        if (signed.isEmpty()) {
            throw new IllegalArgumentException(
                    "no -remoteWrite.url has -remoteWrite.aws.useSigv4, so there is nothing to sign");
        }
        List<String> instead = new ArrayList<>();
        signed.forEach(index -> instead.add(add(index, urls.get(index), signed.size() == 1)));
        routes.after("vmagent then has these, and none of -remoteWrite.aws.*:");
        routes.after("");
        instead.forEach(url -> routes.after("-remoteWrite.url=" + url));
        return routes.conversion();
    }

    private static String flagName(int index) {
        return "-remoteWrite.url, number " + (index + 1);
    }

    private String add(int index, String url, boolean sole) {
        String from = flagName(index);
        Map<String, String> ofRole = new HashMap<>();
        flag("aws.stsEndpoint", index).ifPresent(endpoint -> ofRole.put("sts-endpoint", endpoint));
        flag("aws.ec2Endpoint", index)
                .ifPresent(endpoint -> routes.difference(
                        from, "aws.ec2Endpoint: set AWS_EC2_METADATA_SERVICE_ENDPOINT for the proxy"));
        for (String tls : List.of("tlsInsecureSkipVerify", "tlsCAFile", "tlsServerName", "tlsCertFile", "proxyURL")) {
            flag(tls, index)
                    .filter(value -> !value.toLowerCase(Locale.ROOT).equals("false"))
                    .ifPresent(
                            value -> routes.difference(
                                    from,
                                    tls
                                            + ": set by hand, with tls.ca, tls.pin or upstream.sni of the route (docs/CONFIGURATION.md)"));
        }
        boolean keys = flag("aws.accessKey", index).isPresent()
                || flag("aws.secretKey", index).isPresent();
        return routes.add(
                new AgentRoutes.Destination(
                        from,
                        routes.name("remote-write-" + (index + 1)),
                        AgentRoutes.url(from, url),
                        Optional.of(flag("aws.service", index).orElse("aps")),
                        flag("aws.region", index),
                        new AgentRoutes.Signer(Optional.empty(), flag("aws.roleARN", index), ofRole, false, keys)),
                sole);
    }
}
