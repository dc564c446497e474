/**
 * A request on its way in and out: its body taken in, collected or streamed, and the form in which it goes upstream.
 * Start reading at {@link io.countersign.proxy.request.BodyIntake}.
 */
package io.countersign.proxy.request;
