package io.countersign.proxy.net;

import java.security.Security;

/**
 * For how long the JDK remembers what the system's resolver said.
 *
 * <p>Addresses: 30 s, the JDK's default, which {@code networkaddress.cache.ttl} in a file that {@code -Djava.security.properties}
 * names overrides. That there are none: 10 s by the JDK's default, which is long for a name that is just being made, or
 * for a resolver that has just come back; one second here. See the JDK's {@code java.net.InetAddress}, "InetAddress Caching".
 */
public final class JdkNameCache {
    private static final String NEGATIVE = "networkaddress.cache.negative.ttl";
    private static final String DEFAULT = "10";
    private static final String SECONDS = "1";

    private JdkNameCache() {}

    /** For the whole process; to be called before the first name is looked up. What an operator has set stays. */
    public static void forgetFailuresSoon() {
        if (DEFAULT.equals(Security.getProperty(NEGATIVE))) {
            Security.setProperty(NEGATIVE, SECONDS);
        }
    }
}
