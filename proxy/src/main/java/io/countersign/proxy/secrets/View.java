package io.countersign.proxy.secrets;

/**
 * A decoded form of a text, with the place in the original that each of its characters came from; the root is the text itself.
 * One that is only searched, and not to be masked, keeps no such map.
 */
final class View {
    private final String text;
    private final int[] starts;
    private final int[] ends;
    private final boolean mapped;

    private View(String text, int[] starts, int[] ends, boolean mapped) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
        this.mapped = mapped;
    }

    /** @param mapped whether the views that are decoded from it know their places in it */
    static View root(String text, boolean mapped) {
        return new View(text, null, null, mapped);
    }

    String text() {
        return text;
    }

    /** Where, in the root, the character at {@code index} begins. */
    int start(int index) {
        return starts == null ? index : starts[index];
    }

    /** Where, in the root, the character at {@code index} ends. */
    int end(int index) {
        return ends == null ? index + 1 : ends[index];
    }

    /** Collects the characters of a view that is decoded from {@code source}. */
    static final class Builder {
        private final View source;
        private final StringBuilder text;
        private final int[] starts;
        private final int[] ends;

        /** @param capacity the most characters there can be */
        Builder(View source, int capacity) {
            this.source = source;
            this.text = new StringBuilder(capacity);
            this.starts = source.mapped ? new int[capacity] : null;
            this.ends = source.mapped ? new int[capacity] : null;
        }

        /** {@code c} stands for what lies in the source from {@code from} to {@code to}, exclusively. */
        void add(char c, int from, int to) {
            if (starts != null) {
                starts[text.length()] = source.start(from);
                ends[text.length()] = source.end(to - 1);
            }
            text.append(c);
        }

        int length() {
            return text.length();
        }

        View build() {
            return new View(text.toString(), starts, ends, source.mapped);
        }
    }
}
