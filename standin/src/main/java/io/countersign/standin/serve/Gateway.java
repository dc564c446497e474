package io.countersign.standin.serve;

import io.countersign.standin.fault.Faults;
import io.countersign.standin.ingest.Ingest;
import io.countersign.standin.stats.Counters;
import io.countersign.standin.stats.LastRequests;
import io.countersign.standin.verify.PathMode;
import io.countersign.standin.verify.SignatureVerifier;
import java.time.Clock;
import java.util.List;

/**
 * What all connections share.
 *
 * @param last requests, for whoever asks what came
 */
public record Gateway(
        SignatureVerifier verifier,
        Faults faults,
        Ingest ingest,
        Counters counters,
        LastRequests last,
        Clock clock,
        Terms terms) {

    /**
     * What is asked of requests.
     *
     * @param openPaths prefixes of paths that ask for no signature, as API Gateway's methods with authorization NONE do
     * @param bodyLimit of request bodies, in bytes
     * @param pathMode whether it speaks as API Gateway or as S3
     */
    public record Terms(List<String> openPaths, long bodyLimit, PathMode pathMode) {
        public Terms {
            openPaths = List.copyOf(openPaths);
        }

        boolean isS3() {
            return pathMode == PathMode.S3;
        }
    }
}
