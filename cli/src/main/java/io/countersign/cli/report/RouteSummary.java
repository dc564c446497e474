package io.countersign.cli.report;

import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.failover.FailoverConfig;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.policy.RoutePolicies;
import io.countersign.proxy.route.BucketRules;
import io.countersign.proxy.route.Choice;
import io.countersign.proxy.route.FailureConfig;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.SignatureIn;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Says in a few lines how each route will act, for a person to read before starting. */
public final class RouteSummary {
    private RouteSummary() {}

    /** Four lines for each route, two more for each further upstream and one for all of those, and one more each for buckets and under policies; nothing in them is secret. */
    public static List<String> lines(ProxyConfig config) {
        return config.routes().stream()
                .flatMap(route -> Stream.concat(
                        Stream.of(
                                route.name() + ": " + match(route) + " -> " + upstream(route),
                                "    " + signing(route, config)),
                        Stream.of(
                                        standbys(route, config),
                                        Stream.of("    " + limits(route), "    " + failures(route)),
                                        buckets(route),
                                        policies(route))
                                .flatMap(lines -> lines)))
                .toList();
    }

    private static Stream<String> standbys(RouteConfig route, ProxyConfig config) {
        return route.sending().standbys().stream()
                .flatMap(standbys -> Stream.concat(
                        standbys.routes().stream()
                                .flatMap(way -> Stream.of(
                                        "    or, when that fails, " + upstream(way),
                                        "        " + signing(way, config))),
                        Stream.of("    " + when(standbys.failover()))));
    }

    private static String when(FailoverConfig failover) {
        List<String> on = new ArrayList<>(
                failover.statuses().stream().sorted().map(String::valueOf).toList());
        if (failover.connect()) {
            on.add(0, "connect");
        }
        return "an upstream is left out after " + failover.failures() + " failures in a row (" + String.join(", ", on)
                + "), and tried again after " + Units.text(failover.coolDown());
    }

    private static String limits(RouteConfig route) {
        String replay = route.delivery().replaySafe() ? ", replay is safe" : "";
        return route.sending().choice().isPresent()
                ? "bodies and times as the service " + chosen(route) + " has them" + replay
                : "body up to " + Units.text(route.conditions().maxBody()) + ", exchange within "
                        + Units.text(route.delivery().timeouts().exchange()) + replay;
    }

    private static Stream<String> policies(RouteConfig route) {
        RoutePolicies policies = route.conditions().policies();
        return policies.isEmpty()
                ? Stream.empty()
                : Stream.of("    under " + policies + "; what no statement matches is "
                        + (policies.leavesToIam() ? "left to IAM" : "denied"));
    }

    /** How a write and a read are answered when something goes wrong that is not their sender's doing. */
    private static String failures(RouteConfig route) {
        FailureConfig failure = route.delivery().failure();
        if (route.sending().choice().isPresent() && failure.mode() == FailureConfig.Mode.AUTO) {
            return "on failure: as the service " + chosen(route) + " has it";
        }
        boolean write = failure.keepsData("POST", "/", false);
        boolean read = failure.keepsData("GET", "/", false);
        String kept = "503 with Retry-After, so that agents keep their data";
        String relayed = "the error as it is";
        if (write == read) {
            return "on failure: " + (write ? kept : relayed);
        }
        return "on failure: a write gets " + kept + "; a read gets " + relayed;
    }

    private static String match(RouteConfig route) {
        RouteConfig.Match match = route.match();
        String methods = match.methods().isEmpty()
                ? "any method"
                : String.join("|", match.methods().stream().sorted().toList());
        String hosts = match.hosts().isEmpty()
                ? ""
                : " on " + String.join("|", match.hosts().stream().sorted().toList());
        return methods + " " + match.pathPrefix() + hosts
                + route.rewrite()
                        .stripPrefix()
                        .map(strip -> " (without " + strip + ")")
                        .orElse("");
    }

    private static String upstream(RouteConfig route) {
        UpstreamConfig upstream = route.upstream();
        if (route.sending().choice().isPresent()) {
            String host = route.sending().byScope().isPresent()
                    ? "the AWS host of the service and region that each request's own signature names"
                    : "the AWS host that each request's Host names";
            return host + upstream.connect().map(to -> ", by way of " + to).orElse("");
        }
        HostPort authority = upstream.server();
        String url = (upstream.tls() ? "https://" : "http://") + authority + upstream.basePath();
        return url
                + upstream.connect().map(to -> ", by way of " + to).orElse("")
                + upstream.sni().map(sni -> ", TLS name " + sni).orElse("")
                + upstream.hostHeader().map(host -> ", Host " + host).orElse("")
                + upstream.proxy().map(proxy -> ", through the proxy " + proxy).orElse("")
                + (route.delivery().webSocket() ? ", also WebSockets" : "");
    }

    private static String signing(RouteConfig route, ProxyConfig config) {
        if (route.signing().isEmpty()) {
            return "not signed: the caller's Authorization is passed on";
        }
        SigningConfig signing = route.signing().get();
        return "signed for " + service(route, signing) + " in " + regions(route, signing) + " with credentials \""
                + signing.credentials() + "\""
                + (signing.payload() == PayloadMode.UNSIGNED ? ", the body unsigned and streamed" : "")
                + (signing.signatureIn() instanceof SignatureIn.Query query
                        ? ", in the query, good for " + Units.text(query.expires())
                        : "")
                + ": "
                + credentials(config.credentials().get(signing.credentials()));
    }

    private static String service(RouteConfig route, SigningConfig signing) {
        Optional<Choice.ByScope> byScope = route.sending().byScope();
        if (byScope.isPresent()) {
            return String.join(" or ", new TreeSet<>(byScope.get().services().keySet()));
        }
        return signing.namesService() ? signing.service() : "the service of the host";
    }

    private static String regions(RouteConfig route, SigningConfig signing) {
        String regions = signing.regions();
        boolean chosen = route.sending().choice().isPresent()
                && regions.equals("*")
                && signing.scope().regionSet().isEmpty();
        String ofChosen = route.sending()
                .byScope()
                .map(choice -> String.join(" or ", choice.regions()))
                .orElse("its region");
        String named = chosen ? ofChosen : regions.equals("*") ? "all regions" : regions;
        return named + (signing.isAsymmetric() ? " (SigV4A)" : "");
    }

    private static String chosen(RouteConfig route) {
        return route.sending().byScope().isPresent() ? "of the signature" : "of the host";
    }

    private static Stream<String> buckets(RouteConfig route) {
        BucketRules rules = route.conditions().buckets();
        List<String> said = new ArrayList<>();
        rules.names()
                .filter(names -> !names.isEmpty())
                .ifPresent(names -> said.add(String.join(", ", new TreeSet<>(names)) + " alone"));
        rules.owner().ifPresent(owner -> said.add("owned by account " + owner));
        if (route.leavesBucketsOpen()) {
            said.add("any, also of strangers");
        }
        return said.isEmpty() ? Stream.empty() : Stream.of("    buckets: " + String.join(", ", said));
    }

    private static String credentials(CredentialsConfig credentials) {
        String provider = provider(credentials.provider());
        return credentials
                .assumeRole()
                .map(role -> "role " + role.roleArn() + " (" + Units.text(Duration.ofSeconds(role.durationSeconds()))
                        + "), assumed by " + provider)
                .orElse(provider);
    }

    private static String provider(CredentialsConfig.ProviderConfig provider) {
        if (provider instanceof CredentialsConfig.Profile profile) {
            return "profile " + profile.profile();
        }
        if (provider instanceof CredentialsConfig.WebIdentity web) {
            return "role " + web.roleArn() + " by the web identity in " + web.tokenFile();
        }
        if (provider instanceof CredentialsConfig.Named named) {
            return credentials(named.base());
        }
        if (provider instanceof CredentialsConfig.EnvironmentVariables) {
            return "the environment's credentials";
        }
        if (provider instanceof CredentialsConfig.Container) {
            return "the container's endpoint";
        }
        if (provider instanceof CredentialsConfig.Instance) {
            return "the instance's role";
        }
        return provider instanceof CredentialsConfig.Static ? "fixed credentials" : "the default chain";
    }
}
