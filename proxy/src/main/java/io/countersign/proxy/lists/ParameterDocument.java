package io.countersign.proxy.lists;

import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonNumber;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What Systems Manager says of a parameter ("GetParameter" in its API reference). */
final class ParameterDocument {
    /** A parameter has at most 8 KiB, each byte of which may be escaped. */
    private static final int MAX = 64 * 1024;

    private ParameterDocument() {}

    /** Its version does not tell whether it is another: versions begin anew when a parameter is deleted and created again. */
    static FetchOutcome read(FetchOutcome response) {
        if (!(response instanceof FetchOutcome.Fetched fetched)) {
            return response;
        }
        if (fetched.text().length > MAX) {
            return new FetchOutcome.Failed("the response of Systems Manager is too large for one parameter");
        }
        try {
            JsonValue document = JsonParser.parse(new String(fetched.text(), StandardCharsets.UTF_8))
                    .value();
            Optional<JsonValue> parameter = member(document, "Parameter");
            Optional<JsonValue> value = parameter.flatMap(found -> member(found, "Value"));
            Optional<JsonValue> version = parameter.flatMap(found -> member(found, "Version"));
            if (value.orElse(null) instanceof JsonString text && version.orElse(null) instanceof JsonNumber number) {
                return new FetchOutcome.Fetched(
                        text.text().getBytes(StandardCharsets.UTF_8), Optional.of(number.text()));
            }
        } catch (JsonFault e) {
            // Said below; the text may be a secret.
        }
        return new FetchOutcome.Failed("the response of Systems Manager is not a parameter with its value and version");
    }

    private static Optional<JsonValue> member(JsonValue of, String name) {
        return of instanceof JsonObject object ? object.get(name) : Optional.empty();
    }
}
