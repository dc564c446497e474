/**
 * AWS Signature Version 4, fast and explainable, with nothing but the JDK.
 * Start at {@link io.countersign.sigv4.HeaderSigner} (signature in a header) or
 * {@link io.countersign.sigv4.QuerySigner} (in the URL); {@link io.countersign.sigv4.Explanation} shows every step.
 */
package io.countersign.sigv4;
