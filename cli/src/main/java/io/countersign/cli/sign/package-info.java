/**
 * What {@code sign} and {@code send} share: a request as the user gave it, signed, and written in the form asked for.
 * Start reading at {@link io.countersign.cli.sign.RequestDraft}.
 */
package io.countersign.cli.sign;
