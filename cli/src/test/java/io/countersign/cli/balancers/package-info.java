/**
 * Load balancers as users run them, in front of the proxy.
 * Start reading at {@link io.countersign.cli.balancers.HaproxyTest}.
 */
package io.countersign.cli.balancers;
