package io.countersign.proxy.fields;

import java.util.Optional;

/**
 * A request target in origin form (RFC 9112 section 3.2.1), split once at its first question mark.
 *
 * @param path as it was sent
 * @param query as it was sent, without the question mark; empty where the target has none
 */
public record Target(String path, Optional<String> query) {
    /** @param originForm begins with a slash */
    public static Target of(String originForm) {
        int mark = originForm.indexOf('?');
        return mark < 0
                ? new Target(originForm, Optional.empty())
                : new Target(originForm.substring(0, mark), Optional.of(originForm.substring(mark + 1)));
    }
}
