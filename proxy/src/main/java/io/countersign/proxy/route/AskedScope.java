package io.countersign.proxy.route;

import java.util.Optional;

/**
 * What a request says that its own signature is for.
 *
 * @param region empty where the signature is for several, or does not say
 */
public record AskedScope(String service, Optional<String> region) {}
