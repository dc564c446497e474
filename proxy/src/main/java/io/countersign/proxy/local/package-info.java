/**
 * Every response that we make ourselves: for which causes, with which status and words, in which form.
 * Start reading at {@link io.countersign.proxy.local.LocalResponses}.
 */
package io.countersign.proxy.local;
