package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Path;

/** Stand-in and proxy, a process each, and the troubles that they are put to while an agent sends. */
final class AgentRig implements AutoCloseable {
    private static final Key FIRST = Key.number(1);
    private static final Key SECOND = Key.number(2);

    final StandInProcess standIn;
    final ProxyProcess proxy;

    private AgentRig(StandInProcess standIn, ProxyProcess proxy) {
        this.standIn = standIn;
        this.proxy = proxy;
    }

    static AgentRig start(Path folder) throws IOException {
        return start(folder, Setup.GATEWAY);
    }

    static AgentRig start(Path folder, Setup setup) throws IOException {
        StandInProcess standIn = new StandInProcess(folder, FIRST, setup.service());
        AgentRig rig = new AgentRig(standIn, new ProxyProcess(folder, standIn.port(), setup));
        rig.proxy.useKey(FIRST);
        standIn.start();
        rig.proxy.start();
        return rig;
    }

    /** Something that grows each time the agent is told, or finds, that it must send again. */
    interface Retries {
        double count() throws IOException;
    }

    /** Waits until the agent had to try again. */
    static void awaitRetry(Retries retries, double before, String because) {
        Await.until("the agent to try again because " + because, () -> retries.count() > before);
    }

    void killStandIn(Retries retries) throws IOException {
        double before = retries.count();
        standIn.kill();
        awaitRetry(retries, before, "the upstream was killed");
        standIn.start();
        standIn.awaitProgress("the upstream came back");
    }

    void killProxy(Retries retries) throws IOException {
        double before = retries.count();
        proxy.kill();
        awaitRetry(retries, before, "the proxy was killed");
        proxy.start();
        standIn.awaitProgress("the proxy came back");
    }

    /** The key in the profile is another one, and then the old one expires: one refresh, of which no agent hears. */
    void rotateKey() throws IOException {
        standIn.credentials(SECOND.json());
        proxy.useKey(SECOND);
        standIn.credentials(FIRST.expire());
        Await.until(
                "a request signed with the second key",
                () -> standIn.lastRequest().contains("Credential=" + SECOND.id()));
        standIn.awaitProgress("the key was rotated");
    }

    /** The key expires with none to follow, and is good again later. */
    void expireKey(Key key, Retries retries) throws IOException {
        double before = retries.count();
        standIn.credentials(key.expire());
        awaitRetry(retries, before, "the key expired");
        standIn.credentials(key.json());
        standIn.awaitProgress("the key was good again");
    }

    void expireFirstKey(Retries retries) throws IOException {
        expireKey(FIRST, retries);
    }

    void expireSecondKey(Retries retries) throws IOException {
        expireKey(SECOND, retries);
    }

    /** The upstream's clock goes ten minutes ahead, and back again. */
    void moveClock() throws IOException {
        standIn.fault("{\"clockSkewSeconds\": 600}");
        standIn.awaitProgress("the upstream's clock went ahead");
        standIn.clearFaults();
        standIn.awaitProgress("the upstream's clock went back");
    }

    void throttle(Retries retries) throws IOException {
        double before = retries.count();
        standIn.fault("{\"throttleShare\": 1.0}");
        awaitRetry(retries, before, "the upstream throttled");
        standIn.clearFaults();
        standIn.awaitProgress("throttling ended");
    }

    /** The stand-in's two opinions on signatures agreed, and the proxy leaked nothing. */
    void assertNoFaultOfOurs() throws IOException {
        assertEquals(0, standIn.stat("sdk.disagreed"));
        assertEquals(0, standIn.stat("corrupt"));
        assertFalse(proxy.output().contains("LEAK:"), proxy::output);
    }

    @Override
    public void close() {
        try (standIn) {
            proxy.close();
        }
    }
}
