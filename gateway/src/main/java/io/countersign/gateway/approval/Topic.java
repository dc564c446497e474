package io.countersign.gateway.approval;

/** One thing that replicas tell each other about. */
public record Topic(Kind kind, Ask ask) {
    /** What it is about a caller. */
    public enum Kind {
        /** It waits. */
        PENDING,
        /** It was decided on. */
        DECISION,
        /** Somebody has approved it, and somebody else has to. */
        PROPOSAL
    }

    static Topic pending(Ask ask) {
        return new Topic(Kind.PENDING, ask);
    }

    static Topic decision(Ask ask) {
        return new Topic(Kind.DECISION, ask);
    }

    static Topic proposal(Ask ask) {
        return new Topic(Kind.PROPOSAL, ask);
    }
}
