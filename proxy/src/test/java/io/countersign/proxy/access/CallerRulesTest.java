package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.caller.Caller;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallerRulesTest {
    private static final Caller CALLER = Caller.ofSocket(InetAddress.getLoopbackAddress());
    private static final Verdict ALLOWED = new Verdict.Allowed(new Rule("allow.list:1", "a"));
    private static final Verdict DENIED = new Verdict.Denied(new Rule("deny.list:1", "a"));
    private static final Verdict UNLISTED = new Verdict.Denied(new Rule(Rule.DEFAULT, "in no list"));
    private static final Verdict BY_DEFAULT = new Verdict.Allowed(new Rule(Rule.DEFAULT, "no list"));

    @Test
    void everyKindThatChoosesHasToAllow() {
        assertEquals(ALLOWED, decide(choosing(ALLOWED), choosing(ALLOWED)));
        assertEquals(UNLISTED, decide(choosing(ALLOWED), choosing(UNLISTED)));
        assertEquals(UNLISTED, decide(choosing(UNLISTED), choosing(ALLOWED)));
    }

    @Test
    void anyDenyDeniesWhateverOtherKindsSay() {
        assertEquals(DENIED, decide(choosing(ALLOWED), choosing(DENIED)));
        assertEquals(DENIED, decide(open(DENIED), choosing(ALLOWED)));
        assertEquals(DENIED, decide(open(DENIED), open(BY_DEFAULT)));
        assertEquals(DENIED, decide(choosing(UNLISTED), open(DENIED)), "an entry says more than a missing one");
    }

    @Test
    void aDefaultCountsOnlyWhileNoOtherKindChooses() {
        assertEquals(UNLISTED, decide(open(UNLISTED), open(BY_DEFAULT)));
        assertEquals(ALLOWED, decide(open(UNLISTED), choosing(ALLOWED)));
        assertEquals(UNLISTED, decide(open(BY_DEFAULT), choosing(UNLISTED)));
    }

    @Test
    void aKindThatDoesNotApplyNeitherAllowsNorDenies() {
        assertEquals(ALLOWED, decide(absent(), choosing(ALLOWED)));
        assertEquals(UNLISTED, decide(absent(), open(UNLISTED)), "what does not apply chooses nobody");
    }

    @Test
    void deniesACallerOfWhomNoKindCanTellAnything() {
        Verdict.Denied denied = assertInstanceOf(Verdict.Denied.class, decide(absent(), absent()));
        assertTrue(denied.isUnlisted());
    }

    @Test
    void theFirstKindNamesTheRuleOfTwoThatAreEquallyStrict() {
        Verdict second = new Verdict.Denied(new Rule("deny.list:2", "b"));

        assertEquals(DENIED, decide(choosing(DENIED), choosing(second)));
    }

    @Test
    void inAuditModeTheStricterIsStillShown() {
        Verdict audited = new Verdict.WouldDeny(new Rule("deny.list:1", "a"));
        Verdict missed = new Verdict.WouldDeny(new Rule(Rule.DEFAULT, "in no list"));

        assertEquals(audited, decide(choosing(missed), choosing(audited)));
        assertEquals(missed, decide(choosing(ALLOWED), choosing(missed)));
    }

    private static Verdict decide(KindRules... kinds) {
        return CallerRules.decide(CALLER, List.of(kinds));
    }

    private static KindRules choosing(Verdict verdict) {
        return new Said(true, Optional.of(verdict));
    }

    private static KindRules open(Verdict verdict) {
        return new Said(false, Optional.of(verdict));
    }

    private static KindRules absent() {
        return new Said(true, Optional.empty());
    }

    private record Said(boolean choosesCallers, Optional<Verdict> verdict) implements KindRules {
        @Override
        public Optional<Verdict> judge(Caller caller) {
            return verdict;
        }
    }
}
