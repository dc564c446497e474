package io.countersign.gateway.redis;

import io.countersign.gateway.shared.StoreAddress;
import io.countersign.gateway.shared.StoreConnection;
import io.countersign.proxy.net.Pem;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Connects to a Redis or Valkey server. The client has threads of its own, so that nothing of it, a name that is slow to resolve least of
 * all, runs on the event loops that serve requests. It neither connects again by itself nor keeps commands for later: whoever uses it
 * does that.
 */
public final class RedisConnector implements StoreConnection.Connector<SharedStore> {
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** Far more than are ever under way: one for each quota, and one a second for each daily count. */
    private static final int MAX_COMMANDS = 16_384;

    private final RedisURI server;
    private final ClientResources resources;
    private final RedisClient client;

    public RedisConnector(StoreAddress address) {
        this.server = server(address);
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP2)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT)
                        .keepAlive(true)
                        .build())
                .sslOptions(ssl(address))
                .build());
    }

    private static SslOptions ssl(StoreAddress address) {
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider().handshakeTimeout(CONNECT);
        if (!address.authorities().isEmpty()) {
            try {
                List<Certificate> trusted =
                        new ArrayList<>(List.of(Pem.jdkTrust().getAcceptedIssuers()));
                trusted.addAll(address.authorities());
                options.trustManager(Pem.trusting(trusted));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("no trust in the authorities of " + address, e);
            }
        }
        return options.build();
    }

    private static RedisURI server(StoreAddress address) {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(address.server().host())
                .withPort(address.server().port())
                .withSsl(address.tls())
                .withDatabase(address.database())
                .withClientName("countersign")
                .withTimeout(CONNECT);
        address.login()
                .ifPresent(login -> login.user()
                        .ifPresentOrElse(
                                user -> uri.withAuthentication(
                                        user, login.password().toCharArray()),
                                () -> uri.withPassword(login.password().toCharArray())));
        return uri.build();
    }

    @Override
    public CompletableFuture<SharedStore> connect(Runnable lost) {
        return client.connectAsync(StringCodec.UTF8, server)
                .toCompletableFuture()
                .thenCompose(connection -> {
                    connection.addListener(new RedisConnectionStateListener() {
                        @Override
                        public void onRedisDisconnected(RedisChannelHandler<?, ?> ended) {
                            lost.run();
                        }
                    });
                    CompletableFuture<SharedStore> store = RedisStore.over(connection);
                    store.exceptionally(fault -> {
                        connection.closeAsync();
                        return null;
                    });
                    return store;
                });
    }

    @Override
    public void close() {
        client.shutdownAsync(0, 2, TimeUnit.SECONDS)
                .whenComplete((done, fault) -> resources.shutdown(0, 2, TimeUnit.SECONDS));
    }
}
