package io.countersign.proxy.rejection;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code AccessDeniedException: User: ...}, all of a body in one line of text: the form of VPC Lattice's rejections. */
record TypedLine(String type, String message) {
    private static final Pattern FORM = Pattern.compile("([A-Z][A-Za-z]{2,60}Exception): ([^\\r\\n]{1,4000})");

    static Optional<TypedLine> of(String text) {
        Matcher line = FORM.matcher(text.strip());
        return line.matches() ? Optional.of(new TypedLine(line.group(1), line.group(2))) : Optional.empty();
    }
}
