/**
 * AWS credentials by name: resolved by the AWS SDK off the event loop, refreshed well ahead of expiry.
 * Start reading at {@link io.countersign.proxy.credentials.CredentialsSource}.
 */
package io.countersign.proxy.credentials;
