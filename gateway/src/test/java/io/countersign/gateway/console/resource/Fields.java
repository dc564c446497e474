package io.countersign.gateway.console.resource;

import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import java.util.Set;
import java.util.TreeSet;

/** The fields of JSON objects, as docs/API.md names them. */
final class Fields {
    private Fields() {}

    /** Lists of nothing, and objects with nothing, have no fields that one could see. */
    static Set<String> of(String json) {
        try {
            Set<String> fields = new TreeSet<>();
            collect("", JsonParser.parse(json).value(), fields);
            return fields;
        } catch (JsonFault e) {
            throw new AssertionError(json, e);
        }
    }

    private static void collect(String path, JsonValue value, Set<String> to) {
        if (value instanceof JsonValue.JsonObject object) {
            object.members()
                    .forEach(member ->
                            collect(path.isEmpty() ? member.name() : path + "." + member.name(), member.value(), to));
        } else if (value instanceof JsonValue.JsonList list
                && list.elements().stream().anyMatch(JsonValue.JsonObject.class::isInstance)) {
            list.elements().forEach(element -> collect(path + "[]", element, to));
        } else if (!path.isEmpty()
                && !(value instanceof JsonValue.JsonList list && list.elements().isEmpty())) {
            to.add(path);
        }
    }
}
