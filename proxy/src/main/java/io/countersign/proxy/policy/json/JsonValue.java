package io.countersign.proxy.policy.json;

import java.util.List;
import java.util.Optional;

/** A value and where it begins. */
public sealed interface JsonValue {
    Position at();

    /** What it is, in words: {@code a list}. */
    String kind();

    /** Members in order; no name twice. */
    record JsonObject(Position at, List<Member> members) implements JsonValue {
        public JsonObject {
            members = List.copyOf(members);
        }

        /** The value of the member of this name. */
        public Optional<JsonValue> get(String name) {
            return members.stream()
                    .filter(member -> member.name().equals(name))
                    .map(Member::value)
                    .findFirst();
        }

        @Override
        public String kind() {
            return "an object";
        }
    }

    /** @param at where the name begins */
    record Member(Position at, String name, JsonValue value) {}

    /** Elements in order. */
    record JsonList(Position at, List<JsonValue> elements) implements JsonValue {
        public JsonList {
            elements = List.copyOf(elements);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Escapes are undone; no lone surrogates. */
    record JsonString(Position at, String text) implements JsonValue {
        @Override
        public String kind() {
            return "a string";
        }
    }

    /** A number as written. */
    record JsonNumber(Position at, String text) implements JsonValue {
        @Override
        public String kind() {
            return "a number";
        }
    }

    /** {@code true} or {@code false}. */
    record JsonBoolean(Position at, boolean value) implements JsonValue {
        @Override
        public String kind() {
            return String.valueOf(value);
        }
    }

    /** {@code null}. */
    record JsonNull(Position at) implements JsonValue {
        @Override
        public String kind() {
            return "null";
        }
    }
}
