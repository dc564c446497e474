package io.countersign.proxy.admission;

import io.countersign.proxy.fields.CrossOrigin;
import java.util.Optional;

/**
 * A browser's question whether a page may send a request (Fetch standard, section 4.8), to be answered yes; it is never forwarded.
 *
 * @param page that asks
 * @param method of the request that is to follow
 * @param fields that it is to carry, as the browser listed them
 */
public record Preflight(Findings findings, CrossOrigin page, String method, Optional<String> fields)
        implements Decision {}
