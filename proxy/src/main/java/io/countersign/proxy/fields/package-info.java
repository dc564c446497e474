/**
 * Header fields: what passes to the upstream, and what passes back to the client.
 * Start reading at {@link io.countersign.proxy.fields.ResponseFields} and {@link io.countersign.proxy.fields.RequestFields}.
 */
package io.countersign.proxy.fields;
