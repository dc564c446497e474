package io.countersign.standin.fault;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.countersign.standin.json.Json;
import io.countersign.standin.verify.ErrorForm;
import io.countersign.standin.verify.RejectionType;
import io.countersign.standin.wire.HeaderLine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads a fault from JSON; an unknown key or an impossible value is an {@link IllegalArgumentException} that names it. */
public final class FaultJson {
    private static final TreeSet<String> KNOWN = new TreeSet<>(List.of(
            "match",
            "count",
            "probability",
            "latencyMillis",
            "resetAtByte",
            "closeBeforeAnswer",
            "truncateAtByte",
            "closeDelimited",
            "closeNotify",
            "clockSkewSeconds",
            "seriesLimit",
            "apiKey",
            "error",
            "errorForm",
            "expiredToken",
            "reject",
            "throttleShare",
            "throttlePerSecond",
            "redirect",
            "redirectStatus",
            "status",
            "headers",
            "body",
            "rawBase64",
            "keepOpen"));

    private final Config json;
    private final List<Effect> effects = new ArrayList<>();

    private FaultJson(Config json) {
        this.json = json;
    }

    public static Fault parse(String text) {
        try {
            return new FaultJson(Json.read(text)).read();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private Fault read() {
        for (String key : json.root().keySet()) {
            if (!KNOWN.contains(key)) {
                throw new IllegalArgumentException("unknown key '" + key + "'; known are " + String.join(", ", KNOWN));
            }
        }
        readConnection();
        readDemands();
        readRejection();
        readReplacement();
        String match = has("match") ? json.getString("match") : "/";
        OptionalLong count = has("count") ? OptionalLong.of(json.getLong("count")) : OptionalLong.empty();
        return new Fault(match, count, has("probability") ? json.getDouble("probability") : 1, effects);
    }

    private void readConnection() {
        if (has("latencyMillis")) {
            effects.add(new Effect.Latency(Duration.ofMillis(positive("latencyMillis"))));
        }
        if (has("resetAtByte")) {
            effects.add(new Effect.ResetAt(positive("resetAtByte")));
        }
        if (flag("closeBeforeAnswer", false)) {
            effects.add(new Effect.CloseBeforeAnswer());
        }
        if (has("truncateAtByte")) {
            effects.add(new Effect.TruncateAt(positive("truncateAtByte")));
        }
        if (flag("closeDelimited", false)) {
            effects.add(new Effect.CloseDelimited());
        }
        if (!flag("closeNotify", true)) {
            effects.add(new Effect.WithoutCloseNotify());
        }
    }

    private void readDemands() {
        if (has("seriesLimit")) {
            effects.add(new Effect.SeriesLimit(positive("seriesLimit")));
        }
        if (has("apiKey")) {
            effects.add(new Effect.ApiKey(json.getString("apiKey")));
        }
    }

    private void readRejection() {
        if (has("clockSkewSeconds")) {
            effects.add(new Effect.ClockSkew(Duration.ofSeconds(json.getLong("clockSkewSeconds"))));
        }
        if (has("errorForm")) {
            String name = json.getString("errorForm");
            effects.add(new Effect.RejectionForm(ErrorForm.named(name)
                    .orElseThrow(() -> unknownValue(
                            "errorForm",
                            name,
                            Arrays.stream(ErrorForm.values())
                                    .map(ErrorForm::externalName)
                                    .toList()))));
        }
        if (flag("expiredToken", false)) {
            effects.add(new Effect.Reject(RejectionType.EXPIRED_TOKEN));
        }
        if (has("reject")) {
            String name = json.getString("reject");
            effects.add(new Effect.Reject(
                    RejectionType.named(name).orElseThrow(() -> unknownValue("reject", name, RejectionType.names()))));
        }
    }

    private void readReplacement() {
        if (has("throttleShare")) {
            effects.add(new Effect.ThrottleShare(json.getDouble("throttleShare")));
        }
        if (has("throttlePerSecond")) {
            effects.add(new Effect.ThrottleRate(json.getDouble("throttlePerSecond")));
        }
        if (has("redirect")) {
            int status = has("redirectStatus") ? json.getInt("redirectStatus") : 307;
            effects.add(new Effect.Redirect(status, json.getString("redirect")));
        }
        if (has("status")) {
            List<HeaderLine> headers = new ArrayList<>();
            if (has("headers")) {
                for (Map.Entry<String, Object> header :
                        json.getObject("headers").unwrapped().entrySet()) {
                    headers.add(new HeaderLine(header.getKey(), String.valueOf(header.getValue())));
                }
            }
            String body = has("body") ? json.getString("body") : "";
            effects.add(new Effect.Status(json.getInt("status"), List.copyOf(headers), body));
        }
        if (has("error")) {
            String name = json.getString("error");
            effects.add(new Effect.ServiceError(
                    AwsError.named(name).orElseThrow(() -> unknownValue("error", name, AwsError.names()))));
        }
        if (has("rawBase64")) {
            String raw =
                    new String(Base64.getDecoder().decode(json.getString("rawBase64")), StandardCharsets.ISO_8859_1);
            effects.add(new Effect.Raw(raw, flag("keepOpen", false)));
        }
        demand("headers", "status");
        demand("body", "status");
        demand("redirectStatus", "redirect");
        demand("keepOpen", "rawBase64");
    }

    /** A key that would be without effect is as wrong as an unknown one. */
    private void demand(String key, String other) {
        if (has(key) && !has(other)) {
            throw new IllegalArgumentException("'" + key + "' means something only beside '" + other + "'");
        }
    }

    private boolean has(String key) {
        return json.hasPath(key);
    }

    private boolean flag(String key, boolean otherwise) {
        return has(key) ? json.getBoolean(key) : otherwise;
    }

    private long positive(String key) {
        long value = json.getLong(key);
        if (value < 0) {
            throw new IllegalArgumentException("'" + key + "' is " + value + ", it takes 0 or more");
        }
        return value;
    }

    private static IllegalArgumentException unknownValue(String key, String value, List<String> known) {
        return new IllegalArgumentException("'" + key + "' is '" + value + "', it takes one of "
                + known.stream().distinct().collect(Collectors.joining(", ")));
    }
}
