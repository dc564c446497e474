package io.countersign.gateway.console.api;

import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.secrets.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The JSON object that a request carries: read strictly, with no members that its operation does not take. */
public final class Input {
    private final JsonValue.JsonObject object;

    private Input(JsonValue.JsonObject object) {
        this.object = object;
    }

    /**
     * Reads it.
     *
     * @param known the members that there are
     */
    public static Input parse(byte[] body, Set<String> known) throws Problem {
        JsonValue value;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            value = JsonParser.parse(text).value();
        } catch (CharacterCodingException e) {
            throw Problem.badRequest("the body is not UTF-8");
        } catch (JsonFault fault) {
            throw Problem.badRequest("the body is not JSON: " + fault.getMessage());
        }
        if (!(value instanceof JsonValue.JsonObject object)) {
            throw Problem.badRequest("the body is " + value.kind() + "; a JSON object is needed");
        }
        for (JsonValue.Member member : object.members()) {
            if (!known.contains(member.name())) {
                throw Problem.badRequest(Quoted.of(member.name()) + " is not a member here; known: "
                        + String.join(", ", new TreeSet<>(known)));
            }
        }
        return new Input(object);
    }

    /** Empty where it is absent or null; a {@link Problem} where it is not a string. */
    public Optional<String> text(String name) throws Problem {
        Optional<JsonValue> value = object.get(name);
        if (value.isEmpty() || value.get() instanceof JsonValue.JsonNull) {
            return Optional.empty();
        }
        if (value.get() instanceof JsonValue.JsonString string) {
            return Optional.of(string.text());
        }
        throw wrong(name, "a string", value.get());
    }

    public String needed(String name) throws Problem {
        return text(name)
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> Problem.badRequest("\"" + name + "\" is missing; it is a string"));
    }

    /** Empty where it is absent. */
    public List<String> texts(String name) throws Problem {
        Optional<JsonValue> value = object.get(name);
        if (value.isEmpty()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        if (value.get() instanceof JsonValue.JsonList list) {
            for (JsonValue element : list.elements()) {
                if (!(element instanceof JsonValue.JsonString string)) {
                    throw wrong(name, "a list of strings", value.get());
                }
                texts.add(string.text());
            }
            return texts;
        }
        throw wrong(name, "a list of strings", value.get());
    }

    private static Problem wrong(String name, String right, JsonValue value) {
        return Problem.badRequest("\"" + name + "\" is " + value.kind() + "; write " + right);
    }
}
