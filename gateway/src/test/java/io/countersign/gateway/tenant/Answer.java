package io.countersign.gateway.tenant;

import java.util.Map;

/** What a client got; names of fields in lower case. */
record Answer(int status, Map<String, String> fields, String body) {
    String field(String name) {
        return fields.getOrDefault(name, "");
    }
}
