/**
 * What passes from one side to the other: request fields on the way there, the response on the way back.
 * Start reading at {@link io.countersign.proxy.relay.ResponseFields} and {@link io.countersign.proxy.relay.RequestFields}.
 */
package io.countersign.proxy.relay;
