/**
 * One request's way upstream: credentials, a place, a stream, the signature, a second attempt.
 * Start reading at {@link io.countersign.proxy.dispatch.Dispatch}.
 */
package io.countersign.proxy.dispatch;
