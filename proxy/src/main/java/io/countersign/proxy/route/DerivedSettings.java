package io.countersign.proxy.route;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.signing.SigningConfig;
import java.util.Map;

/** What a route that signs has by its host and service, whether it was written or not. */
public final class DerivedSettings {
    private DerivedSettings() {}

    /** What it would have if nobody had written anything else: the preset of its service. */
    public static ConfigObject usual(RouteConfig route) {
        return route.signing()
                .map(signing ->
                        PresetSettings.of(AwsServices.of(signing.service()).preset(), signing.payload()))
                .orElseGet(() -> ConfigFactory.empty().root());
    }

    /** What it has, by the names of settings; empty without a signature. */
    public static Map<String, String> of(RouteConfig route) {
        return route.signing().map(DerivedSettings::of).orElse(Map.of());
    }

    private static Map<String, String> of(SigningConfig signing) {
        return Map.of(
                "service", signing.service(),
                "region", signing.region(),
                "path-encoding", signing.pathEncoding().doubleEncode() ? "double" : "single",
                "payload", signing.payload().name());
    }
}
