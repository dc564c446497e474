/**
 * Where credentials come from: one class for each provider that can be asked, and what they share. Start reading at
 * {@link io.countersign.proxy.credentials.provider.Providers}, which makes them from the configuration, then at
 * {@link io.countersign.proxy.credentials.provider.ProviderChain} for the order in which they are asked by default.
 */
package io.countersign.proxy.credentials.provider;
