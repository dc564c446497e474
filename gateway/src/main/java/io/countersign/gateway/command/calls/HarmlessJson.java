package io.countersign.gateway.command.calls;

import io.countersign.proxy.wire.JsonText;

/** JSON of one line as it may go to a terminal: what that would act on can only be within texts, and is escaped as they allow. */
final class HarmlessJson {
    private HarmlessJson() {}

    static String of(String json) {
        StringBuilder out = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(point -> {
            if (acts(point)) {
                for (char unit : Character.toChars(point)) {
                    JsonText.escape(out, unit);
                }
            } else {
                out.appendCodePoint(point);
            }
        });
        return out.toString();
    }

    /** Whether a terminal may act on it, or show what is around it otherwise. */
    static boolean acts(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
