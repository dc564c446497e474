package io.countersign.cli.report;

import io.countersign.proxy.access.RemoteList;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.Permission;
import io.countersign.proxy.aws.RequestShape;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.route.Choice;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.SigningConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The smallest IAM policy that one identity needs for the routes that it signs.
 *
 * @param identity to attach it to
 * @param document the policy document, as its JSON
 * @param notes what the configuration does not say, and the policy therefore leaves open or out
 */
public record IamPolicy(String identity, Map<String, Object> document, List<String> notes) {

    /** The credentials that lists are fetched with. */
    private static final String OF_LISTS = "default";

    public String json() {
        return JsonWriter.indented(document);
    }

    /** A template of CloudFormation with a managed policy for each; a role takes one by its Ref. */
    public static String template(List<IamPolicy> policies) {
        Map<String, Object> resources = new LinkedHashMap<>();
        for (IamPolicy policy : policies) {
            Map<String, Object> properties = new LinkedHashMap<>();
            properties.put("Description", "What Countersign signs, for " + policy.identity());
            properties.put("PolicyDocument", policy.document());
            Map<String, Object> resource = new LinkedHashMap<>();
            resource.put("Type", "AWS::IAM::ManagedPolicy");
            resource.put("Properties", properties);
            resources.put("Policy" + (resources.size() + 1), resource);
        }
        Map<String, Object> template = new LinkedHashMap<>();
        template.put("AWSTemplateFormatVersion", "2010-09-09");
        template.put("Resources", resources);
        return JsonWriter.indented(template);
    }

    /** One policy for each set of credentials that a route uses, and one for whoever assumes a role. */
    public static List<IamPolicy> of(ProxyConfig config) {
        Map<String, List<RouteConfig>> routes = new LinkedHashMap<>();
        config.routes().stream()
                .flatMap(route -> route.ways().stream())
                .forEach(way -> way.signing()
                        .ifPresent(signing -> routes.computeIfAbsent(signing.credentials(), name -> new ArrayList<>())
                                .add(way)));
        RemoteLists lists = config.access().remote();
        if (lists.lists().stream().anyMatch(list -> list.kind() != RemoteList.Kind.HTTPS)) {
            routes.computeIfAbsent(OF_LISTS, name -> new ArrayList<>());
        }
        List<IamPolicy> policies = new ArrayList<>();
        routes.forEach((name, signed) -> {
            CredentialsConfig credentials = config.credentials().get(name);
            policies.add(ofRoutes(
                    identity(credentials), signed, name.equals(OF_LISTS) ? ListPermissions.of(lists) : List.of()));
            addAssuming(credentials, policies);
        });
        return policies.stream().distinct().toList();
    }

    /** Who signs with them in the end. */
    private static String identity(CredentialsConfig credentials) {
        if (credentials.assumeRole().isPresent()) {
            return "role " + credentials.assumeRole().get().roleArn();
        }
        return credentials.provider() instanceof CredentialsConfig.WebIdentity web
                ? "role " + web.roleArn()
                : "the identity of credentials \"" + credentials.name() + "\"";
    }

    /** Each role of a chain is assumed by the one below it. */
    private static void addAssuming(CredentialsConfig credentials, List<IamPolicy> policies) {
        credentials.assumeRole().ifPresent(role -> {
            if (credentials.provider() instanceof CredentialsConfig.Named below) {
                policies.add(ofAssuming(identity(below.base()), role));
                addAssuming(below.base(), policies);
            } else {
                policies.add(ofAssuming(
                        "the identity that credentials \"" + credentials.name() + "\" assume the role with", role));
            }
        });
    }

    private static IamPolicy ofRoutes(String identity, List<RouteConfig> routes, List<Permission> lists) {
        Set<Permission> permissions = new LinkedHashSet<>();
        Set<String> notes = new LinkedHashSet<>();
        for (RouteConfig route : routes) {
            SigningConfig signing = route.signing().orElseThrow();
            Consumer<String> note = text -> notes.add("route " + route.name() + ": " + text);
            if (route.sending().byHost().isPresent()) {
                note.accept("it sends where callers say; write what they may do, and the condition"
                        + " aws:ResourceAccount with your account's number");
                continue;
            }
            Map<AwsEndpoint, RequestShape> shapes = route.sending()
                    .byScope()
                    .map(choice -> shapes(route, choice))
                    .orElseGet(() -> Map.of(
                            new AwsEndpoint(signing.service(), signing.region()), shape(route, signing.region())));
            shapes.forEach((to, shape) -> permissions.addAll(
                    AwsServices.of(to.service()).permissions().permissions(shape, note)));
        }
        permissions.addAll(lists);
        if (permissions.stream().flatMap(p -> p.resources().stream()).anyMatch(r -> r.contains(":*:"))) {
            notes.add("* stands for the account, which the configuration does not name: write the account's number");
        }
        return new IamPolicy(identity, document(permissions), List.copyOf(notes));
    }

    /** What the requests are like to each host that they may choose. */
    private static Map<AwsEndpoint, RequestShape> shapes(RouteConfig route, Choice.ByScope choice) {
        Map<AwsEndpoint, RequestShape> shapes =
                new TreeMap<>(Comparator.comparing(AwsEndpoint::service).thenComparing(AwsEndpoint::region));
        choice.hosts()
                .forEach((to, host) -> shapes.put(
                        to,
                        new RequestShape(host, "", path(route), route.match().methods(), to.region())));
        return shapes;
    }

    private static RequestShape shape(RouteConfig route, String region) {
        return new RequestShape(
                route.upstream().hostHeader().orElse(route.upstream().host()),
                route.upstream().basePath(),
                route.upstream().basePath() + path(route),
                route.match().methods(),
                region);
    }

    /** What the paths of a route's requests begin with, below the upstream's own. */
    private static String path(RouteConfig route) {
        String prefix = route.match().pathPrefix();
        String matched = prefix.equals("/") ? "" : prefix;
        int stripped = route.rewrite().stripPrefix().map(String::length).orElse(0);
        return matched.substring(Math.min(matched.length(), stripped));
    }

    private static IamPolicy ofAssuming(String identity, CredentialsConfig.AssumeRole role) {
        String note = "the role's trust policy must let this identity assume it"
                + (role.externalId().isPresent() ? ", with the condition sts:ExternalId" : "")
                + (role.tags().isEmpty() ? "" : ", and tag the session");
        Set<String> actions = new LinkedHashSet<>(List.of("sts:AssumeRole"));
        if (!role.tags().isEmpty()) {
            actions.add("sts:TagSession");
        }
        return new IamPolicy(
                identity, document(Set.of(new Permission(actions, Set.of(role.roleArn())))), List.of(note));
    }

    private static Map<String, Object> document(Set<Permission> permissions) {
        List<Object> statements = new ArrayList<>();
        for (Permission permission : permissions) {
            Map<String, Object> statement = new LinkedHashMap<>();
            statement.put("Effect", "Allow");
            statement.put("Action", permission.actions());
            statement.put("Resource", permission.resources());
            statements.add(statement);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Version", "2012-10-17");
        document.put("Statement", statements);
        return document;
    }
}
