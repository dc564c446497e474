/** Routes with several upstreams, against upstreams that verify signatures. */
package io.countersign.cli.failover;
