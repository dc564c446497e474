/**
 * The stand-in's certificates: an authority of its own, kept between starts where a folder is given, and a fresh leaf.
 * Start at {@link io.countersign.standin.tls.Authority}.
 */
package io.countersign.standin.tls;
