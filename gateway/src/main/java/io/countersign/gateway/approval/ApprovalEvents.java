package io.countersign.gateway.approval;

/** Hears of changes of {@link Approvals}, at once and under the lock: must only take note. */
interface ApprovalEvents {
    /** Of nothing. */
    ApprovalEvents NONE = new ApprovalEvents() {
        @Override
        public void newcomer(Pending pending) {}

        @Override
        public void asked() {}

        @Override
        public void heard(Topic.Kind what) {}

        @Override
        public void met(Subscription decision) {}

        @Override
        public void overruled(Subscription was, Subscription is) {}
    };

    /** A caller is on the list that was not. */
    void newcomer(Pending pending);

    /** A caller that waits has asked again. */
    void asked();

    /** Another replica has said something new. */
    void heard(Topic.Kind what);

    /** Two have approved on different replicas, which makes it a decision of this one's. */
    void met(Subscription decision);

    /** A decision that was made here does not act, since another replica knows one that counts more. */
    void overruled(Subscription was, Subscription is);
}
