/**
 * What becomes of an upstream's response: relayed as it comes, or held until it is known what it is; and what a rejection by AWS
 * calls for. Start reading at {@link io.countersign.proxy.response.UpstreamResponse}.
 */
package io.countersign.proxy.response;
