package io.countersign.proxy.policy.json;

import io.countersign.proxy.policy.json.JsonValue.JsonBoolean;
import io.countersign.proxy.policy.json.JsonValue.JsonList;
import io.countersign.proxy.policy.json.JsonValue.JsonNull;
import io.countersign.proxy.policy.json.JsonValue.JsonNumber;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259) and nothing besides: no comments, no trailing commas, no repeated names, nothing after the end.
 *
 * <p>Two parsers that differ over a repeated name or a half-written one see two policies, and one of them is the wrong one.
 */
public final class JsonParser {
    /** A policy nests six deep. */
    private static final int MAX_DEPTH = 16;

    private static final String PUNCTUATION = "{}[],:\"";

    private final JsonText text;

    /** Characters outside strings that are not white space, and all that are in strings. */
    private int significant;

    private JsonParser(String text) {
        this.text = new JsonText(text);
    }

    /**
     * A whole text.
     *
     * @param significant how many UTF-16 units it has without the white space between its tokens
     */
    public record Parsed(JsonValue value, int significant) {}

    /** Reads a whole text; the caller bounds its length. */
    public static Parsed parse(String text) throws JsonFault {
        return new JsonParser(text).parse();
    }

    private Parsed parse() throws JsonFault {
        if (text.peek() == '\uFEFF') {
            throw text.fault("there is a byte order mark before the JSON; save the file as UTF-8 without one");
        }
        skip();
        if (text.atEnd()) {
            throw text.fault("there is no JSON here; write an object, { ... }");
        }
        JsonValue value = value(0);
        skip();
        if (!text.atEnd()) {
            throw text.fault("there is " + seen() + " after the end of the JSON; remove it");
        }
        return new Parsed(value, significant);
    }

    private JsonValue value(int depth) throws JsonFault {
        char c = text.peek();
        if (depth == MAX_DEPTH && (c == '{' || c == '[')) {
            throw text.fault("this nests deeper than " + MAX_DEPTH + " levels, and no policy does");
        }
        return switch (c) {
            case '{' -> object(depth);
            case '[' -> list(depth);
            case '"' -> string();
            default -> word();
        };
    }

    private JsonObject object(int depth) throws JsonFault {
        Position at = text.position();
        take();
        List<Member> members = new ArrayList<>();
        Map<String, Position> seen = new HashMap<>();
        skip();
        while (text.peek() != '}') {
            Position nameAt = text.position();
            if (text.peek() != '"') {
                throw text.fault(unexpectedName(at));
            }
            String name = string().text();
            Position first = seen.putIfAbsent(name, nameAt);
            if (first != null) {
                throw new JsonFault(
                        nameAt,
                        JsonText.quoted(name) + " is repeated (it is at " + first
                                + " already); write it once, with all of its content");
            }
            skip();
            if (text.peek() != ':') {
                throw text.fault("after the name " + JsonText.quoted(name) + " comes : and a value, not " + seen());
            }
            take();
            skip();
            members.add(new Member(nameAt, name, value(depth + 1)));
            skip();
            if (!comma('}', at)) {
                break;
            }
            if (text.peek() == '}') {
                throw text.fault("a comma is followed by another member, not by }; remove the comma");
            }
        }
        take();
        return new JsonObject(at, members);
    }

    private String unexpectedName(Position open) {
        char c = text.peek();
        if (text.atEnd()) {
            return unclosed('{', open);
        }
        if (c == '\'') {
            return "JSON has double quotes around names and strings, not single ones; write \"...\"";
        }
        return "a name in double quotes belongs here, not " + seen();
    }

    private JsonList list(int depth) throws JsonFault {
        Position at = text.position();
        take();
        List<JsonValue> elements = new ArrayList<>();
        skip();
        while (text.peek() != ']') {
            if (text.atEnd()) {
                throw text.fault(unclosed('[', at));
            }
            elements.add(value(depth + 1));
            skip();
            if (!comma(']', at)) {
                break;
            }
            if (text.peek() == ']') {
                throw text.fault("a comma is followed by another element, not by ]; remove the comma");
            }
        }
        take();
        return new JsonList(at, elements);
    }

    /** Whether there is more: past a comma, or before the closing bracket. */
    private boolean comma(char close, Position open) throws JsonFault {
        if (text.atEnd()) {
            throw text.fault(unclosed(close == '}' ? '{' : '[', open));
        }
        if (text.peek() == close) {
            return false;
        }
        if (text.peek() != ',') {
            throw text.fault("a comma or " + close + " belongs here, not " + seen());
        }
        take();
        skip();
        return true;
    }

    private static String unclosed(char bracket, Position open) {
        return "the text ends, and the " + bracket + " of " + open + " is not closed";
    }

    private JsonValue.JsonString string() throws JsonFault {
        int from = text.offset();
        JsonValue.JsonString string = JsonStrings.read(text);
        significant += text.offset() - from;
        return string;
    }

    private JsonValue word() throws JsonFault {
        Position at = text.position();
        char c = text.peek();
        if (c == '-' || (c >= '0' && c <= '9')) {
            String number = token();
            if (!number.matches("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")) {
                throw new JsonFault(
                        at,
                        JsonText.quoted(number)
                                + " is not a JSON number, which has no leading zero and digits on both sides of a point;"
                                + " write a string, in double quotes, or a number such as 10 or 0.5");
            }
            return new JsonNumber(at, number);
        }
        if (c == '\'') {
            throw text.fault("JSON has double quotes around names and strings, not single ones; write \"...\"");
        }
        if (text.atEnd() || PUNCTUATION.indexOf(c) >= 0) {
            throw text.fault("a value belongs here, not " + seen());
        }
        String word = token();
        return switch (word) {
            case "true" -> new JsonBoolean(at, true);
            case "false" -> new JsonBoolean(at, false);
            case "null" -> new JsonNull(at);
            default ->
                throw new JsonFault(
                        at,
                        JsonText.quoted(word) + " is not a JSON value; write strings in double quotes"
                                + switch (word.toLowerCase(java.util.Locale.ROOT)) {
                                    case "true", "false", "null" ->
                                        ", and " + word.toLowerCase(java.util.Locale.ROOT) + " in lower case";
                                    default -> "";
                                });
        };
    }

    /** Up to white space or punctuation, at least one character. */
    private String token() {
        StringBuilder token = new StringBuilder();
        do {
            token.append(text.peek());
            take();
        } while (!text.atEnd() && !isSpace(text.peek()) && PUNCTUATION.indexOf(text.peek()) < 0);
        return token.toString();
    }

    /** White space alone; what other languages take for a comment is a fault of its own. */
    private void skip() throws JsonFault {
        while (!text.atEnd() && isSpace(text.peek())) {
            text.next();
        }
        char c = text.peek();
        if (!text.atEnd() && (c == '#' || (c == '/' && text.isFollowedByAny("/*")))) {
            throw text.fault("JSON has no comments; remove it (a statement's Sid can say what it is for)");
        }
    }

    private void take() {
        significant++;
        text.next();
    }

    private String seen() {
        return text.seen();
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
