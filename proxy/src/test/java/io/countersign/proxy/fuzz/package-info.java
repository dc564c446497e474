/**
 * Random requests, good and bad, through a whole proxy to an upstream that records what it gets, with a strict parser of its
 * own as the judge. Nothing here uses the proxy's parsers. Start reading at {@link io.countersign.proxy.fuzz.Campaign}.
 */
package io.countersign.proxy.fuzz;
