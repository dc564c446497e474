package io.countersign.gateway.redis;

import io.countersign.gateway.Gateway;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.nio.file.Path;
import java.util.Map;

/** A process with the configuration of its argument. */
final class StartedGateway {
    static final String READY = "gateway: started";

    private StartedGateway() {}

    public static void main(String[] arguments) throws Exception {
        HoconSource source = HoconSource.file(Path.of(arguments[0]), Map.of());
        LoadResult.Loaded loaded = (LoadResult.Loaded) source.load();
        if (loaded.config().extension(GatewayConfig.class).isEmpty()) {
            throw new AssertionError("the gateway is not installed: " + Gateway.class);
        }
        ProxyServer server = ProxyServer.start(source);
        System.out.println(READY);
        // Until the test has seen enough, or is gone.
        System.in.readAllBytes();
        server.close();
    }
}
