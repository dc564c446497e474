package io.countersign.standin.upload;

import java.util.List;

/** Signs the chunks of one upload in their order, each over the signature before it, and its trailers after the last one. */
interface Chain {
    String chunk(byte[] data);

    String trailers(List<Trailer> trailers);
}
