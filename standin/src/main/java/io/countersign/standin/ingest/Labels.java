package io.countersign.standin.ingest;

import java.util.Map;
import java.util.SortedMap;

/** Label sets as text: {@code {a="1",b="2"}}, sorted by name, so that equal sets have equal text. */
final class Labels {
    private Labels() {}

    static String text(SortedMap<String, String> labels) {
        StringBuilder text = new StringBuilder(labels.size() * 32).append('{');
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (text.length() > 1) {
                text.append(',');
            }
            text.append(label.getKey()).append('=').append(quoted(label.getValue()));
        }
        return text.append('}').toString();
    }

    /** In quotes, with backslash, quote and line feed escaped, as in Prometheus's text format. */
    static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
