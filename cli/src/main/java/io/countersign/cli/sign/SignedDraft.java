package io.countersign.cli.sign;

import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import java.util.List;

/**
 * A request with its signature.
 *
 * @param request as it is to be sent
 * @param added the fields that signing added to it
 * @param explanation every text on the way
 * @param warnings of what is probably misspelt
 */
public record SignedDraft(RequestDraft request, List<Header> added, Explanation explanation, List<String> warnings) {
    public SignedDraft {
        added = List.copyOf(added);
        warnings = List.copyOf(warnings);
    }
}
