package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.AllowedHosts;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.admin.AdminConfig;
import io.countersign.proxy.config.Reference;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.failover.FailoverConfig;
import io.countersign.proxy.lifecycle.DrainConfig;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.limit.MessageLimits;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.logging.LogConfig;
import io.countersign.proxy.route.CorsConfig;
import io.countersign.proxy.route.Delivery;
import io.countersign.proxy.route.FailureConfig;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.route.RouteTimes;
import io.countersign.proxy.route.WebSocketTimes;
import io.countersign.proxy.signing.SignatureIn;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.SigningScope;
import io.countersign.proxy.telemetry.TelemetryConfig;
import io.countersign.proxy.upstream.ConnectionTimes;
import io.countersign.proxy.upstream.NamesConfig;
import io.countersign.proxy.upstream.Transport;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** reference.conf and the records hold each other: no default without a component, no component without a default or a reason. */
class ReferenceTest {

    /** Every key of reference.conf, and the record component that it ends up in. */
    private static final Map<String, String> COMPONENTS = Map.ofEntries(
            Map.entry("countersign.listeners", "ProxyConfig.listeners"),
            Map.entry("countersign.admin.bind", "AdminConfig.bind"),
            Map.entry("countersign.admin.allowed-hosts", "AdminConfig.allowedHosts"),
            Map.entry("countersign.access.allow-files", "AccessConfig.rules"),
            Map.entry("countersign.access.deny-files", "AccessConfig.rules"),
            Map.entry("countersign.access.allow", "AccessConfig.rules"),
            Map.entry("countersign.access.deny", "AccessConfig.rules"),
            Map.entry("countersign.access.allow-users", "AccessConfig.rules"),
            Map.entry("countersign.access.deny-users", "AccessConfig.rules"),
            Map.entry("countersign.access.allow-certificates", "AccessConfig.rules"),
            Map.entry("countersign.access.deny-certificates", "AccessConfig.rules"),
            Map.entry("countersign.access.mode", "AccessConfig.rules"),
            Map.entry("countersign.access.allowed-hosts", "AllowedHosts.names"),
            Map.entry("countersign.access.deny-status", "Refusals.denied"),
            Map.entry("countersign.access.trusted-proxies", "AccessConfig.trustedProxies"),
            Map.entry("countersign.access.unlisted-status", "Refusals.unlisted"),
            Map.entry("countersign.access.private-hosts", "AllowedHosts.privateToo"),
            Map.entry("countersign.access.unlisted-advice", "Refusals.advice"),
            Map.entry("countersign.access.poll", "RemoteLists.poll"),
            Map.entry("countersign.access.allow-shrink", "RemoteLists.allowShrink"),
            Map.entry("countersign.access.reload-guard", "AccessConfig.lists"),
            Map.entry("countersign.access.policy-files", "Conditions.policies"),
            Map.entry("countersign.access.policy-default", "Conditions.policies"),
            Map.entry("countersign.limits.connections", "LimitsConfig.connections"),
            Map.entry("countersign.limits.in-flight", "LimitsConfig.inFlight"),
            Map.entry("countersign.limits.body", "LimitsConfig.body"),
            Map.entry("countersign.limits.buffered", "LimitsConfig.buffered"),
            Map.entry("countersign.limits.chunk", "MessageLimits.maxChunk"),
            Map.entry("countersign.limits.lists", "LimitsConfig.lists"),
            Map.entry("countersign.limits.max-header-bytes", "MessageLimits.maxHeaderBytes"),
            Map.entry("countersign.limits.max-target-bytes", "MessageLimits.maxTargetBytes"),
            Map.entry("countersign.limits.max-headers", "MessageLimits.maxHeaders"),
            Map.entry("countersign.limits.event-loops", "LimitsConfig.eventLoops"),
            Map.entry("countersign.timeouts.body-idle", "RouteTimes.bodyIdle"),
            Map.entry("countersign.timeouts.request", "RouteTimes.exchange"),
            Map.entry("countersign.timeouts.connect", "ConnectionTimes.connect"),
            Map.entry("countersign.timeouts.response-idle", "RouteTimes.responseIdle"),
            Map.entry("countersign.timeouts.event-stream-idle", "RouteTimes.eventStreamIdle"),
            Map.entry("countersign.timeouts.pool-idle", "ConnectionTimes.poolIdle"),
            Map.entry("countersign.timeouts.pool-max-age", "ConnectionTimes.poolMaxAge"),
            Map.entry("countersign.timeouts.wait", "RouteTimes.await"),
            Map.entry("countersign.names.resolver", "NamesConfig.resolver"),
            Map.entry("countersign.names.servers", "NamesConfig.servers"),
            Map.entry("countersign.names.last-good", "NamesConfig.lastGood"),
            Map.entry("countersign.timeouts.websocket-idle", "WebSocketTimes.idle"),
            Map.entry("countersign.timeouts.websocket-max-age", "WebSocketTimes.maxAge"),
            Map.entry("countersign.credentials.default", "ProxyConfig.credentials"),
            Map.entry("countersign.routes", "ProxyConfig.routes"),
            Map.entry("countersign.agents", "Operation.horizons"),
            Map.entry("countersign.drain.quiet", "DrainConfig.quiet"),
            Map.entry("countersign.drain.max", "DrainConfig.max"),
            Map.entry("countersign.drain.refuse", "DrainConfig.refuse"),
            Map.entry("countersign.log.access", "LogConfig.access"),
            Map.entry("countersign.log.sample", "LogConfig.sample"),
            Map.entry("countersign.log.level", "LogConfig.level"),
            Map.entry("countersign.log.format", "LogConfig.format"),
            Map.entry("countersign.metrics.level", "TelemetryConfig.level"),
            Map.entry("countersign.telemetry.push.every", "Push.every"),
            Map.entry("countersign.telemetry.push.path", "Push.path"),
            // Decides on the reading itself, so it is in no record.
            Map.entry("countersign.unknown-keys", ""),
            Map.entry("each.listener.head-timeout", "ListenerConfig.headTimeout"),
            Map.entry("each.listener.keep-alive-idle", "ListenerConfig.keepAliveIdle"),
            Map.entry("each.listener.max-connection-age", "ListenerConfig.maxConnectionAge"),
            // Whether it is present: off and no list, or required and a list.
            Map.entry("each.listener.proxy-protocol", "ListenerConfig.proxyProtocolFrom"),
            Map.entry("each.listener.proxy-protocol-from", "ListenerConfig.proxyProtocolFrom"),
            Map.entry("each.listener.tls.client-auth", "ListenerConfig.tls"),
            Map.entry("each.route.match.path-prefix", "Match.pathPrefix"),
            Map.entry("each.route.match.methods", "Match.methods"),
            Map.entry("each.route.match.hosts", "Match.hosts"),
            Map.entry("each.route.credentials", "SigningConfig.credentials"),
            Map.entry("each.route.auth", "RouteConfig.signing"),
            Map.entry("each.route.sign-token", "SigningConfig.signToken"),
            Map.entry("each.route.signature", "SigningScope.algorithm"),
            Map.entry("each.route.signature-in", "SigningConfig.signatureIn"),
            Map.entry("each.route.query-expires", "Query.expires"),
            Map.entry("each.route.on-failure", "FailureConfig.mode"),
            Map.entry("each.route.hold-at-most", "FailureConfig.holdAtMost"),
            Map.entry("each.route.read-paths", "FailureConfig.readPaths"),
            Map.entry("each.route.websocket", "Delivery.webSocket"),
            Map.entry("each.route.replay-safe", "Delivery.replaySafe"),
            Map.entry("each.route.failover.on", "FailoverConfig.statuses"),
            Map.entry("each.route.failover.failures", "FailoverConfig.failures"),
            Map.entry("each.route.failover.cool-down", "FailoverConfig.coolDown"),
            Map.entry("each.route.policy-files", "Conditions.policies"),
            Map.entry("each.route.cors", "CorsConfig.origins"),
            Map.entry("each.route.cors-headers", "CorsConfig.headers"),
            Map.entry("each.route.cors-credentials", "CorsConfig.credentials"),
            Map.entry("each.route.cors-max-age", "CorsConfig.maxAge"),
            Map.entry("each.route.cors-exposed-headers", "CorsConfig.exposed"),
            Map.entry("each.route.headers.set", "HeaderRules.set"),
            Map.entry("each.route.headers.remove", "HeaderRules.remove"),
            Map.entry("each.route.headers.duplicate", "HeaderRules.duplicate"),
            Map.entry("each.route.log-failed", "Delivery.logFailed"),
            Map.entry("each.route.proxy", "Transport.egress"),
            Map.entry("each.route.tls.verify", "Transport.kind"),
            Map.entry("each.route.tls.pin", "Transport.pins"),
            Map.entry("each.credentials.identify", "CredentialsConfig.identify"),
            Map.entry("each.role.session-name", "AssumeRole.sessionName"),
            Map.entry("each.role.duration", "AssumeRole.durationSeconds"));

    /** Components that no default can fill: the operator's own, optional, or derived. */
    private static final Set<String> WITHOUT_DEFAULT = Set.of(
            "ProxyConfig.admin",
            "ProxyConfig.access",
            "ProxyConfig.limits",
            "ProxyConfig.operation",
            "Operation.drain",
            "Operation.extensions",
            "Operation.hash",
            "Operation.log",
            "Operation.machine",
            "Machine.stateDir",
            "Machine.names",
            "AccessConfig.refusals",
            "AccessConfig.allowedHosts",
            "Operation.telemetry",
            "TelemetryConfig.push",
            "Push.route",
            // Of the gateway, in gateway.conf.
            "AccessConfig.unlisted",
            "RemoteLists.lists",
            "RemoteLists.missing",
            "RemoteLists.reach",
            "RemoteLists.room",
            "LimitsConfig.message",
            "RouteConfig.rewrite",
            "RouteConfig.conditions",
            "RouteConfig.delivery",
            "ListenerConfig.bind",
            "ListenerConfig.where",
            "MessageLimits.preamble",
            "MessageLimits.aside",
            "AdminConfig.where",
            "RouteConfig.name",
            "RouteConfig.match",
            "Rewrite.stripPrefix",
            "RouteConfig.sending",
            "Conditions.maxBody",
            "Conditions.buckets",
            "Conditions.cors",
            "Rewrite.headers",
            "Delivery.timeouts",
            "RouteTimes.connection",
            "RouteTimes.webSocket",
            "Delivery.failure",
            "FailureConfig.telemetry",
            "FailoverConfig.connect",
            "HeaderRules.signed",
            "Transport.ca",
            "Transport.identity",
            "SigningConfig.scope",
            "SigningScope.service",
            "SigningScope.region",
            "SigningScope.regionSet",
            "SigningConfig.pathEncoding",
            "SigningConfig.payload",
            "CredentialsConfig.name",
            "CredentialsConfig.provider",
            "CredentialsConfig.assumeRole",
            "AssumeRole.roleArn",
            "AssumeRole.externalId",
            "AssumeRole.tags",
            "AssumeRole.sts");

    @Test
    void everyKeyHasItsComponent() {
        Set<String> keys = new TreeSet<>();
        leaves(Reference.read().root(), "", keys);

        assertEquals(new TreeSet<>(COMPONENTS.keySet()), keys);
    }

    @Test
    void everyComponentHasItsKeyOrIsTheOperatorsOwn() {
        Set<String> components = new TreeSet<>();
        Stream.of(
                        ProxyConfig.class,
                        Operation.class,
                        Machine.class,
                        NamesConfig.class,
                        ListenerConfig.class,
                        AdminConfig.class,
                        AccessConfig.class,
                        AccessConfig.Refusals.class,
                        AllowedHosts.class,
                        RemoteLists.class,
                        LimitsConfig.class,
                        MessageLimits.class,
                        DrainConfig.class,
                        LogConfig.class,
                        TelemetryConfig.class,
                        TelemetryConfig.Push.class,
                        RouteConfig.class,
                        RouteConfig.Match.class,
                        RouteConfig.Rewrite.class,
                        RouteConfig.HeaderRules.class,
                        RouteConfig.Conditions.class,
                        CorsConfig.class,
                        Delivery.class,
                        RouteTimes.class,
                        ConnectionTimes.class,
                        WebSocketTimes.class,
                        FailureConfig.class,
                        FailoverConfig.class,
                        SigningConfig.class,
                        SigningScope.class,
                        Transport.class,
                        SignatureIn.Query.class,
                        CredentialsConfig.class,
                        AssumeRole.class)
                .forEach(type -> {
                    for (RecordComponent component : type.getRecordComponents()) {
                        components.add(type.getSimpleName() + "." + component.getName());
                    }
                });
        Set<String> expected = new TreeSet<>(COMPONENTS.values());
        expected.remove("");
        expected.addAll(WITHOUT_DEFAULT);

        assertEquals(expected, components);
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        String manual = Files.readString(Path.of("../docs/CONFIGURATION.md"));

        for (String key : COMPONENTS.keySet()) {
            String last = key.substring(key.lastIndexOf('.') + 1);
            assertTrue(
                    manual.contains("`" + last + "`") || manual.contains("." + last + "`"),
                    () -> key + " is not documented");
        }
    }

    private static void leaves(ConfigObject object, String path, Set<String> keys) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            String at = (path.isEmpty() ? "" : path + ".") + ConfigUtil.joinPath(entry.getKey());
            if (entry.getValue() instanceof ConfigObject inner && !inner.isEmpty()) {
                leaves(inner, at, keys);
            } else {
                keys.add(at);
            }
        }
    }
}
