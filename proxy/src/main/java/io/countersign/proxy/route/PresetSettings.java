package io.countersign.proxy.route;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.aws.Preset;
import io.countersign.proxy.config.Units;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A service's preset as settings of a route, to lie below its own. */
public final class PresetSettings {
    private PresetSettings() {}

    public static ConfigObject of(Preset preset, PayloadMode payload) {
        Map<String, Object> timeouts = new HashMap<>();
        Preset.Patience patience = preset.patience();
        Optional<Duration> request = payload == PayloadMode.UNSIGNED ? patience.upload() : patience.request();
        request.ifPresent(max -> timeouts.put("request", Units.text(max)));
        patience.responseIdle().ifPresent(max -> timeouts.put("response-idle", Units.text(max)));
        return ConfigValueFactory.fromMap(
                Map.of("signed-headers", preset.signedHeaders(), "timeouts", timeouts),
                "the preset for " + preset.service());
    }
}
