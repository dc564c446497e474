/**
 * Says yes or no to a signature as API Gateway would, from the raw request alone, and with the reason.
 * Start at {@link io.countersign.standin.verify.SignatureVerifier}.
 */
package io.countersign.standin.verify;
