package io.countersign.standin;

import io.countersign.standin.verify.Credential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A stand-in for each test, its first key, and a client that is connected to it. */
abstract class OneStandIn {
    StandIn standIn;
    Credential key;
    RawClient client;

    /** What each test's stand-in is started with. */
    StandInOptions options() {
        return StandInOptions.defaults();
    }

    @BeforeEach
    void startStandIn() throws Exception {
        standIn = StandIn.start(options());
        key = standIn.credentials().all().get(0);
        client = new RawClient(standIn);
    }

    @AfterEach
    void stopStandIn() throws Exception {
        client.close();
        standIn.close();
    }
}
