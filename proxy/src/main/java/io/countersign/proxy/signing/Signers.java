package io.countersign.proxy.signing;

import io.countersign.sigv4.HeaderSigner;
import io.countersign.sigv4.QuerySigner;

/** The signers of one event loop: they reuse their buffers, so they are never shared. */
public final class Signers {
    final HeaderSigner inHeader = new HeaderSigner();
    final QuerySigner inQuery = new QuerySigner();
}
