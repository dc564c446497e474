/**
 * AWS credentials by name: resolved by the AWS SDK off the event loop, refreshed well ahead of expiry.
 * Start reading at {@link io.countersign.proxy.credentials.CredentialsSource}, then at
 * {@link io.countersign.proxy.credentials.CredentialsSources}, which makes them from the configuration.
 */
package io.countersign.proxy.credentials;
