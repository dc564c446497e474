/**
 * The admin port, apart from the proxy's own: probes and metrics, for kubelets and Prometheus, and never for web pages.
 * Start reading at {@link io.countersign.proxy.admin.AdminServer}.
 */
package io.countersign.proxy.admin;
