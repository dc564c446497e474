package io.countersign.proxy.policy;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.Regions;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.secrets.Quoted;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads resource policies: those that every route has to pass, and those of single routes. */
public final class PoliciesReader {
    private static final Map<String, Boolean> LEFT_TO_IAM = Map.of("iam", true, "deny", false);
    private static final Pattern API_HOST = Pattern.compile("(?<id>[a-z0-9]+)(?:-vpce-[a-z0-9]+)?\\.execute-api\\..*");

    /** Keys that {@code policy-context} can give, each with its setting; some can also come with a connection. */
    private static final Map<ConditionKey, String> GIVEN = Map.of(
            ConditionKey.SOURCE_VPC, "vpc",
            ConditionKey.SOURCE_VPCE, "vpce",
            ConditionKey.SECURE_TRANSPORT, "secure-transport");

    private final ReferredFiles referred;
    private final UnknownKeys unknown;
    private final Set<ConditionKey> givenByConnections;
    /** The files as they can be opened from where the configuration was named, by how their settings name them. */
    private final Map<String, String> shown = new HashMap<>();

    private final Written ofAll;

    /**
     * Makes a reader.
     *
     * @param givenByConnections keys that are known of a connection, though no {@code policy-context} sets them
     * @param access what it says of policies holds for every route
     */
    public PoliciesReader(
            ReferredFiles referred, UnknownKeys unknown, Set<ConditionKey> givenByConnections, Section access) {
        this.referred = referred;
        this.unknown = unknown;
        this.givenByConnections = Set.copyOf(givenByConnections);
        this.ofAll = written(access);
    }

    /**
     * What a section says of policies.
     *
     * @param leftToIam whether what no statement matches is left to IAM; empty when the section doesn't say
     */
    private record Written(List<PolicyDocument> documents, Optional<Boolean> leftToIam) {
        Written {
            documents = List.copyOf(documents);
        }
    }

    /** What a route says of policies, before the route itself is known. */
    public static final class Own {
        private final Section route;
        private final Section context;
        private final Written written;

        private Own(Section route, Section context, Written written) {
            this.route = route;
            this.context = context;
            this.written = written;
        }
    }

    /**
     * What has to be known of a route to put it under policies.
     *
     * @param host of its upstream, as it is sent and signed
     * @param signs whether IAM will judge its requests
     */
    public record Subject(String name, String host, boolean signs) {}

    /** Reads what a route says of policies. */
    public Own read(Section route) {
        return new Own(route, route.section("policy-context"), written(route));
    }

    /** A policy with a fault is not among the documents. */
    private Written written(Section section) {
        List<PolicyDocument> documents = new ArrayList<>();
        for (Setting file : section.texts("policy-files")) {
            shown.put(file.text(), referred.shown(file, file.text()));
            referred.readList(referred.path(file), file.where(), in -> {
                PolicyResult result = PolicyReader.read(file.text(), in.readNBytes(PolicyReader.MAX_BYTES + 1));
                if (result instanceof PolicyResult.Read read) {
                    documents.add(read.document());
                } else {
                    report(((PolicyResult.Bad) result).faults(), section, "");
                }
            });
        }
        return new Written(documents, Optional.ofNullable(section.choice("policy-default", LEFT_TO_IAM)));
    }

    /** The policies of a route: those of all routes and then its own, by what its {@code policy-context} says of its requests. */
    public RoutePolicies of(Own own, Subject route) {
        RoutePolicies.Context context = context(own.context, route);
        List<PolicyDocument> documents = new ArrayList<>(ofAll.documents());
        documents.addAll(own.written.documents());
        if (documents.isEmpty()) {
            return RoutePolicies.NONE;
        }
        String setting = "routes." + route.name() + ".policy-context.";
        for (PolicyDocument document : documents) {
            GIVEN.forEach((key, name) -> {
                boolean known = context.values().containsKey(key) || givenByConnections.contains(key);
                if (!known) {
                    report(
                            document.faults(
                                    key,
                                    key + " is known of no request of the route " + route.name() + "; set " + setting
                                            + name
                                            + switch (key) {
                                                case SOURCE_VPCE ->
                                                    ", take it from PROXY headers" + " (listeners[].proxy-protocol)";
                                                case SECURE_TRANSPORT -> ", listen with TLS (listeners[].tls)";
                                                default -> "";
                                            }
                                            + ", or take the condition out"),
                            own.route,
                            "");
                }
            });
        }
        int searches = documents.stream()
                .mapToInt(document -> Searches.count(document.statements()))
                .sum();
        if (searches > Searches.MAX) {
            own.route.fault(
                    "policy-files",
                    "the policies of the route " + route.name() + " have " + searches
                            + " searches together, and at most " + Searches.MAX
                            + " are taken: patterns with something between two stars");
        }
        boolean leftToIam = own.written
                .leftToIam()
                .orElse(route.signs() && ofAll.leftToIam().orElse(true));
        RoutePolicies policies = new RoutePolicies(documents, context, leftToIam);
        report(policies.faults(), own.route, " (" + setting + "api-arn)");
        return policies;
    }

    private void report(List<PolicyFault> faults, Section section, String more) {
        faults.forEach(fault -> section.faults()
                .add(shown.getOrDefault(fault.file(), fault.file()) + ":" + fault.at(), fault.what() + more));
    }

    private RoutePolicies.Context context(Section context, Subject route) {
        Map<ConditionKey, String> values = new EnumMap<>(ConditionKey.class);
        context.string("vpc").ifPresent(vpc -> values.put(ConditionKey.SOURCE_VPC, vpc));
        context.string("vpce").ifPresent(vpce -> values.put(ConditionKey.SOURCE_VPCE, vpce));
        if (context.has("secure-transport")) {
            values.put(ConditionKey.SECURE_TRANSPORT, String.valueOf(context.flag("secure-transport")));
        }
        String stage = context.string("stage").orElse("");
        if (stage.indexOf('/') >= 0) {
            context.fault("stage", Quoted.of(stage) + " has a slash; write the stage's name alone, such as prod");
        }
        Api api = context.string("api-arn").map(arn -> api(context, arn)).orElseGet(() -> api(route.host()));
        context.rejectUnknown(unknown);
        return new RoutePolicies.Context(api, stage, values);
    }

    private static Api api(Section context, String arn) {
        try {
            return Api.parse(arn);
        } catch (IllegalArgumentException e) {
            context.fault("api-arn", e.getMessage());
            return Api.UNKNOWN;
        }
    }

    /** What the upstream's name tells of its API; nobody can tell the account from it. */
    private static Api api(String host) {
        Matcher matcher = API_HOST.matcher(host);
        Optional<AwsEndpoint> endpoint = AwsEndpoint.of(host);
        return matcher.matches() && endpoint.isPresent()
                ? new Api(
                        Regions.partition(endpoint.get().region()),
                        endpoint.get().region(),
                        "",
                        matcher.group("id"))
                : Api.UNKNOWN;
    }
}
