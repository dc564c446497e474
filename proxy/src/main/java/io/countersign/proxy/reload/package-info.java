/**
 * Notices that configuration or lists have changed, by their content, and hands on what reading them anew came to.
 * Start reading at {@link io.countersign.proxy.reload.Watcher}.
 */
package io.countersign.proxy.reload;
