/**
 * Puts the settings of all features together: reads what an operator wrote into one record, or reports every fault of it.
 * Start reading at {@link io.countersign.proxy.settings.ProxyConfig}, which is the whole configuration.
 */
package io.countersign.proxy.settings;
