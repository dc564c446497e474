/**
 * The arrows between packages, and habits that hold everywhere.
 * Start reading at {@link io.countersign.proxy.architecture.PackagesTest}.
 */
package io.countersign.proxy.architecture;
