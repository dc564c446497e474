package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.config.InstanceName;
import io.countersign.proxy.credentials.CredentialsConfig;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The name of a role's session, by which CloudTrail tells the instances of a fleet apart: what was written, else that of the
 * pod, the task or the host.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">RoleSessionName in the STS API reference</a>
 */
final class SessionName {
    /** Where the process has no name at all. */
    static final String OTHERWISE = "countersign";

    private static final int MAX = 64;
    private static final int MIN = 2;
    private static final Pattern UNFIT = Pattern.compile("[^\\w+=,.@-]");

    private SessionName() {}

    /** Of a setting, which may be {@link CredentialsConfig#AUTO}. */
    static String of(String written, Environment environment) {
        return of(written, environment, InstanceName.candidates(environment));
    }

    static String of(String written, Environment environment, Stream<String> instance) {
        if (!written.equals(CredentialsConfig.AUTO)) {
            return written;
        }
        return Stream.concat(environment.get("AWS_ROLE_SESSION_NAME").stream(), instance)
                .map(SessionName::fit)
                .filter(name -> name.length() >= MIN)
                .findFirst()
                .orElse(OTHERWISE);
    }

    /** What STS takes. Of a host's name that is too long, its first label; of a pod's, the end, which tells it from others. */
    private static String fit(String name) {
        String fit = UNFIT.matcher(name).replaceAll("-");
        if (fit.length() <= MAX) {
            return fit;
        }
        int dot = fit.indexOf('.');
        return dot >= MIN && dot <= MAX ? fit.substring(0, dot) : fit.substring(fit.length() - MAX);
    }
}
