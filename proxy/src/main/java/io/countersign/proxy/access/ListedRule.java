package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.util.Optional;

/**
 * An entry of a list that decided. Its texts are made when somebody asks for them, since most decisions are never shown, and
 * then kept; its comment is read back from the file.
 */
final class ListedRule extends Rule {
    private final ListSources sources;
    private final RangeTable table;
    private final int index;
    private volatile String source;
    private volatile String text;
    /** Empty once it is known that there is none. */
    private volatile String comment;

    ListedRule(ListSources sources, RangeTable table, int index) {
        super("", "");
        this.sources = sources;
        this.table = table;
        this.index = index;
    }

    @Override
    public String source() {
        String made = source;
        if (made == null) {
            made = sources.text(table.position(index));
            source = made;
        }
        return made;
    }

    @Override
    public String text() {
        String made = text;
        if (made == null) {
            made = cidr().toString();
            text = made;
        }
        return made;
    }

    @Override
    public Optional<String> comment() {
        String read = comment;
        if (read == null) {
            read = sources.comment(table.position(index), cidr());
            comment = read;
        }
        return read.isEmpty() ? Optional.empty() : Optional.of(read);
    }

    @Override
    public boolean isDefault() {
        return false;
    }

    private Cidr cidr() {
        return table.cidr(index);
    }
}
