package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;

/**
 * A list that was fetched; its comments are read back from the text, which is held.
 *
 * @param name without the query of a URL
 */
record FetchedPart(String name, ListText text, LineIndex index) implements ListPart {
    @Override
    public String comment(int line, Cidr entry) {
        int start = (int) index.startBefore(line);
        return LineComment.of(text.line(start, line - index.lineBefore(line)), entry);
    }
}
