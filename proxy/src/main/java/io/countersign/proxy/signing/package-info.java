/**
 * From an HTTP request to a signed one: the one wire form of its target, and the fields that a signature adds.
 * Start reading at {@link io.countersign.proxy.signing.SignatureForm}.
 */
package io.countersign.proxy.signing;
