package io.countersign.proxy.tunnel;

/**
 * How a tunnel ended.
 *
 * @param by who ended it first
 * @param code of the first close frame, which may be ours; 1005 for one without a code, 1006 where there was none
 * @param why one sentence; empty where a side closed it as RFC 6455 has it
 */
public record TunnelEnd(By by, int code, String why) {
    /** Who ends a tunnel. */
    public enum By {
        CLIENT("client"),
        UPSTREAM("upstream"),
        PROXY("proxy");

        private final String label;

        By(String label) {
            this.label = label;
        }

        /** As in logs and metrics. */
        public String label() {
            return label;
        }
    }

    /** Whether a close frame said that it ends, so that nothing was lost unnoticed. */
    public boolean isAnnounced() {
        return code != CloseCodes.ABNORMAL;
    }
}
