/**
 * The admin port, apart from the proxy's own: for kubelets, Prometheus and people on this host, never for web pages.
 * Start reading at {@link io.countersign.proxy.admin.AdminServer}.
 */
package io.countersign.proxy.admin;
