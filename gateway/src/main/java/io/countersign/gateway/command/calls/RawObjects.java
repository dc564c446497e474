package io.countersign.gateway.command.calls;

import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;

/** Takes the objects of a list out of a JSON text as they stand there, so that they can be printed unchanged. */
final class RawObjects {
    private RawObjects() {}

    /**
     * Those of the first member of that name.
     *
     * @param json that was parsed before, so it is sound
     */
    static List<String> of(String json, String name) throws ParseException {
        String member = "\"" + name + "\":[";
        int begin = json.indexOf(member);
        if (begin < 0) {
            throw new ParseException("no " + name, 0);
        }
        List<String> objects = new ArrayList<>();
        int depth = 0;
        int from = 0;
        boolean quoted = false;
        for (int at = begin + member.length(); at < json.length(); at++) {
            char c = json.charAt(at);
            if (quoted) {
                // What a backslash stands before ends no text.
                at += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' && depth++ == 0) {
                from = at;
            } else if (c == '}' && --depth == 0) {
                objects.add(json.substring(from, at + 1));
            } else if (c == ']' && depth == 0) {
                return objects;
            }
        }
        throw new ParseException("no end of " + name, json.length());
    }
}
