/**
 * The whole way on one machine: agents made up here, the proxy, and the stand-in that verifies what it signed.
 * Start reading at {@link io.countersign.cli.demo.DemoSession}.
 */
package io.countersign.cli.demo;
