package io.countersign.gateway.console.serve;

import io.countersign.gateway.identity.Token;
import java.util.function.BooleanSupplier;

/**
 * Somebody who has shown a token.
 *
 * @param inForce whether it still is
 */
record Holder(Token token, BooleanSupplier inForce) {}
