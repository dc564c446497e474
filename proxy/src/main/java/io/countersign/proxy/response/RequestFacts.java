package io.countersign.proxy.response;

import io.countersign.proxy.body.RequestBody;

/**
 * What has to be known of a request to deal with its response.
 *
 * @param id ours, as in the log
 * @param path as the upstream sees it, without the query
 * @param keepsData whether the sender is to keep its data when something goes wrong that is not its doing
 */
public record RequestFacts(
        String id, String method, String path, RequestBody body, boolean http10, boolean keepsData) {}
