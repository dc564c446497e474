package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.CredentialsRegistry;
import io.countersign.proxy.credentials.ManualTime;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.credentials.Registries;
import io.countersign.sigv4.AwsCredentials;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Everything at TRACE but the SDK, which prints its canonical requests with the token in them. */
class SecretsInLogsTest {
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @Test
    void noSecretIsLoggedWhetherFetchesSucceedOrFail() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger sdk = context.getLogger("software.amazon.awssdk");
        Level rootBefore = root.getLevel();
        Level sdkBefore = sdk.getLevel();
        root.setLevel(Level.TRACE);
        sdk.setLevel(Level.INFO);
        logged.setContext(context);
        logged.start();
        root.addAppender(logged);
        try (LoopbackSts sts = new LoopbackSts()) {
            succeedThenFail(sts);
        } finally {
            root.detachAppender(logged);
            root.setLevel(rootBefore);
            sdk.setLevel(sdkBefore);
        }
        List<String> lines =
                logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertTrue(
                lines.stream().anyMatch(line -> line.contains("new credentials from assume-role")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("fetch failed")), lines.toString());
        lines.forEach(line -> assertFalse(line.contains("canary"), line));
    }

    private static void succeedThenFail(LoopbackSts sts) {
        ManualTime time = new ManualTime();
        CredentialsConfig config = new CredentialsConfig(
                "default",
                new CredentialsConfig.Static(new AwsCredentials("AKIDBASE", "canary-base-secret", "canary-base-token")),
                Optional.of(new AssumeRole(
                        "arn:aws:iam::1:role/a",
                        Optional.of("ext"),
                        "s",
                        900,
                        Map.of(),
                        new Sts(Optional.of("eu-west-1"), Optional.of(sts.url()), Optional.empty()))));
        CredentialsRegistry providers = Registries.started(
                Map.of("default", config), time.immediate(), new Environment(Map.of(), Path.of("/nonexistent")));
        NamedCredentials provider = providers.get("default").orElseThrow();
        Credentials.Usable usable = (Credentials.Usable) provider.current();
        sts.error = new String[] {"403", "AccessDenied", "canary-base-token and canary-secret-1 are not welcome"};
        provider.refresh(usable.value());
        String shown = providers.status().toString() + usable + config;
        assertFalse(shown.contains("canary"), shown);
    }
}
