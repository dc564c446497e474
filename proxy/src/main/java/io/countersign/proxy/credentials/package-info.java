/**
 * AWS credentials by name: resolved by the AWS SDK off the event loop, refreshed well ahead of expiry.
 * Start reading at {@link io.countersign.proxy.credentials.NamedCredentials}, then at
 * {@link io.countersign.proxy.credentials.CredentialsRegistry}, which makes them from the configuration.
 */
package io.countersign.proxy.credentials;
