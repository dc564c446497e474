package io.countersign.proxy.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.countersign.proxy.exchange.Exchanges;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class LoggingTest {
    private static final String CANARY = "canary-d41d8cd98f00b204";

    private final LoggerContext context = new LoggerContext();
    private Function<ILoggingEvent, String> layout = LineLayout::render;

    @AfterEach
    void backToInfo() {
        Logging.level("info");
    }

    @Test
    void logbackFindsTheConfiguratorByItself() {
        LoggerContext real = (LoggerContext) LoggerFactory.getILoggerFactory();
        assertTrue(real.getLogger("ROOT").getAppender("application") instanceof QueueAppender);
        assertTrue(real.getLogger("countersign.access").getAppender("access") instanceof QueueAppender);
        assertFalse(real.getLogger("countersign.access").isAdditive());
        assertEquals(Set.of("access", "application"), Logging.dropped().keySet());
    }

    @Test
    void changesTheLevelWhileRunning() {
        org.slf4j.Logger ours = LoggerFactory.getLogger("io.countersign.proxy.some.Class");
        Logging.level("info");
        assertFalse(ours.isDebugEnabled());
        Logging.level("debug");
        assertTrue(ours.isDebugEnabled());
        Logging.level("error");
        assertFalse(ours.isWarnEnabled());
        assertTrue(Logging.access().isInfoEnabled(), "the access log has a mode, not a level");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loud", "", "off", "trace", "INFO"})
    void refusesALevelThatItDoesNotKnow(String name) {
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> Logging.level(name));
        assertEquals("log level \"" + name + "\": must be debug, info, warn or error", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain",
                "software.amazon.awssdk.request",
                "software.amazon.awssdk.core.internal.http.pipeline.stages.SigningStage",
                "io.netty.handler.logging.LoggingHandler",
                "io.netty.handler.ssl.SslHandler"
            })
    void librariesThatPrintSecretsStayQuietAtDebug(String name) {
        Logging.level("debug");
        assertFalse(LoggerFactory.getLogger(name).isDebugEnabled(), name);
        assertTrue(LoggerFactory.getLogger(name).isInfoEnabled(), name);
        Logging.level("error");
        assertFalse(LoggerFactory.getLogger(name).isWarnEnabled(), name);
    }

    @Test
    void aLineHoldsTimeLevelAndText() {
        assertEquals(
                "2026-01-02T03:04:05.006Z WARN  metrics: upstream is slow",
                render(
                        "io.countersign.proxy.upstream.UpstreamPool",
                        Level.WARN,
                        "{}: upstream is slow",
                        null,
                        "metrics"));
        assertEquals(
                "2026-01-02T03:04:05.006Z ERROR [io.netty.util.Some] text",
                render("io.netty.util.Some", Level.ERROR, "text", null));
    }

    @Test
    void noMessageCanForgeALine() {
        assertEquals(
                "2026-01-02T03:04:05.006Z INFO  a\\u000d\\u000a2026-01-02T03:04:05.006Z INFO  forged\\u001b[2K\\u202e",
                render(
                        "io.countersign.X",
                        Level.INFO,
                        "{}",
                        null,
                        "a\r\n2026-01-02T03:04:05.006Z INFO  forged\u001b[2K\u202e"));
    }

    @Test
    void anExceptionsMessageCannotEither() {
        Exception thrown = new IllegalStateException("outer\nforged", new IllegalArgumentException("inner\nforged"));
        String text = render("io.countersign.X", Level.ERROR, "failed", thrown);
        assertTrue(text.contains("\n    java.lang.IllegalStateException: outer\\u000aforged\n        at "), text);
        assertTrue(text.contains("\n    caused by java.lang.IllegalArgumentException: inner\\u000aforged"), text);
        assertTrue(text.lines().skip(1).allMatch(line -> line.startsWith("    ")), text);
    }

    @Test
    void theSdksSignerTellsNoTokenAtDebug() {
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("ROOT");
        root.addAppender(heard);
        try {
            Logging.level("debug");
            LoggerFactory.getLogger("io.countersign.X").debug("heard");
            SdkHttpRequest request = SdkHttpRequest.builder()
                    .method(SdkHttpMethod.GET)
                    .uri(URI.create("https://abc.execute-api.us-east-1.amazonaws.com/"))
                    .build();
            AwsV4HttpSigner.create()
                    .sign(r -> r.identity(AwsSessionCredentialsIdentity.create("AKIDEXAMPLE", "secret", CANARY))
                            .request(request)
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"));
        } finally {
            root.detachAppender(heard);
        }
        assertEquals(
                List.of("heard"),
                heard.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }

    private String render(String logger, Level level, String text, Throwable thrown, Object... arguments) {
        Logger source = context.getLogger(logger);
        LoggingEvent event = new LoggingEvent(LoggingTest.class.getName(), source, level, text, thrown, arguments);
        event.setInstant(java.time.Instant.ofEpochMilli(Exchanges.START));
        return layout.apply(event);
    }

    @Test
    void aLineOfJsonHoldsTheSameAndTheLogger() {
        layout = JsonLayout::render;
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05.006Z\",\"level\":\"WARN\",\"logger\":\"io.countersign.X\","
                        + "\"message\":\"metrics: \\\"slow\\\"\\u000a\\u001b[2K\\u202e\"}",
                render("io.countersign.X", Level.WARN, "{}: \"slow\"\n\u001b[2K\u202e", null, "metrics"));
    }

    @Test
    void aLineOfJsonHasTheStackWithinItAndIsBounded() {
        layout = JsonLayout::render;
        Exception thrown = new IllegalStateException("outer\nforged", new IllegalArgumentException("x".repeat(50_000)));
        String line = render("io.countersign.X", Level.ERROR, "y".repeat(50_000), thrown);
        assertEquals(1, line.lines().count());
        assertTrue(line.length() < 16 * 1024, () -> line.length() + " characters");
        Config json =
                ConfigFactory.parseString(line, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
        assertTrue(json.getString("message").endsWith("yy…"));
        String stack = json.getString("stack_trace");
        assertTrue(stack.startsWith("java.lang.IllegalStateException: outer\\u000aforged\n        at "), stack);
        assertTrue(stack.contains("\n    caused by java.lang.IllegalArgumentException: xx"), stack);
    }

    @Test
    void changesTheFormatWhileRunning() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        QueueAppender appender = new QueueAppender(LogConfigurator.APPLICATION, out, LineLayout::render);
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger("ROOT");
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.info("first");
        Logging.format(context, LogConfig.Format.JSON);
        root.info("second");
        Logging.format(context, LogConfig.Format.TEXT);
        root.info("third");
        appender.stop();
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertTrue(lines.get(0).endsWith("INFO  [ROOT] first"), lines::toString);
        assertTrue(lines.get(1).endsWith("\"logger\":\"ROOT\",\"message\":\"second\"}"), lines::toString);
        assertTrue(lines.get(2).endsWith("INFO  [ROOT] third"), lines::toString);
    }
}
