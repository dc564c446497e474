package io.countersign.proxy.config;

import java.util.regex.Pattern;

/** What a text without quotes is in YAML 1.2, and where YAML 1.1 differs. */
final class PlainText {
    private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
    private static final Pattern TRUTH_VALUE = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(?:0|[1-9]\\d{0,17})");
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(?:\\d[\\d_]*(?:\\.\\d*)?(?:[eE][-+]?\\d+)?|0[xob]\\w+)");

    /** Octal in YAML 1.1 and decimal in 1.2, or the other way about a number in one of them and a text in the other. */
    private static final Pattern DISPUTED_NUMBER =
            Pattern.compile("[-+]?(?:0[\\d_]+|0[xX][\\dA-Fa-f_]+|0o[0-7]+|0b[01_]+|[1-9]\\d*(?:_\\d+)+)");

    private PlainText() {}

    static boolean isNull(String text) {
        return NULL.matcher(text).matches();
    }

    /** Whether it is a number to some readers and another one, or a text, to others. */
    static boolean isDisputed(String text) {
        return DISPUTED_NUMBER.matcher(text).matches();
    }

    /** What HOCON makes of the same text; null for null, which is refused for every kind of file at once. */
    static Object value(String text) {
        if (isNull(text)) {
            return null;
        }
        if (WHOLE_NUMBER.matcher(text).matches()) {
            return Long.valueOf(text);
        }
        return text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text) : text;
    }

    /** Why it cannot be a key; empty when it can. */
    static String wrongKey(String key) {
        if (key.equals("<<")) {
            return "<< would merge other settings in, which is not read; write them out here";
        }
        if (isNull(key)) {
            return "has null as a key; write a name there";
        }
        if (NUMBER.matcher(key).matches() || TRUTH_VALUE.matcher(key).matches()) {
            return "has the key " + key + ", which is not a text to YAML; write \"" + key + "\" in double quotes";
        }
        int dot = key.indexOf('.');
        return dot < 0
                ? ""
                : key + " is a single name in YAML; write " + key.substring(0, dot) + ": on a line and "
                        + key.substring(dot + 1)
                        + ": indented under it, or put a name that has a dot in it in double quotes";
    }
}
