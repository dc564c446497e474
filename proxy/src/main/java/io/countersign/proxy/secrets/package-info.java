/**
 * The one place that keeps secrets out of what is shown: logs, pages, metrics and error bodies.
 * Start reading at {@link io.countersign.proxy.secrets.Secrets}.
 */
package io.countersign.proxy.secrets;
