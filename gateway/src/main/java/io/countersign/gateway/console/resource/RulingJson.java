package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Ruling;
import io.countersign.gateway.console.api.Json;

/** What the rules said, under the names that calls have. */
final class RulingJson {
    private RulingJson() {}

    static void write(Json json, Ruling ruling) {
        json.with("verdict", ruling.word()).with("rule", ruling.rule()).with("rule_text", ruling.text());
    }
}
