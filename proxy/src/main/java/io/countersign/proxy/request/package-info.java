/** The form in which a request goes upstream. Start reading at {@link io.countersign.proxy.request.OutgoingRequest}. */
package io.countersign.proxy.request;
