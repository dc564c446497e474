package io.countersign.bench;

import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.policy.Api;
import io.countersign.proxy.policy.ConditionKey;
import io.countersign.proxy.policy.Decision;
import io.countersign.proxy.policy.PolicyDocument;
import io.countersign.proxy.policy.PolicyReader;
import io.countersign.proxy.policy.PolicyRequest;
import io.countersign.proxy.policy.PolicyResult;
import io.countersign.proxy.policy.ResourcePolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a request pays for a resource policy of the greatest length, 8,192 characters, where every statement has to be looked
 * at; and what the two patterns cost that are the worst for it, on a path of 8,000 characters.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PolicyBenchmark {
    private static final Api API = Api.parse("arn:aws:execute-api:us-east-1:123456789012:abc123def4");
    private static final String STATEMENT =
            "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"execute-api:Invoke\","
                    + "\"Resource\":\"execute-api:/%s\"%s}";
    private static final String LONG_PATH = "/prod/" + "a".repeat(8000);

    /** What the policy is made of. */
    @Param({"small", "addresses", "statements", "stars", "questions"})
    public String policy;

    private final Instant now = Instant.parse("2026-07-01T12:00:00Z");
    private final IpAddress caller = IpAddress.parse("203.0.113.7");
    private ResourcePolicy bound;
    private String path;
    private String content;

    /** Reads the policy. */
    @Setup
    public void read() {
        content = "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements() + "]}";
        path = policy.equals("stars") || policy.equals("questions") ? LONG_PATH : "/prod/api/v1/write";
        bound = bind();
    }

    private String statements() {
        return switch (policy) {
            case "small" -> STATEMENT.formatted("*", condition("192.0.2.0/24"));
            case "addresses" ->
                STATEMENT.formatted(
                        "*",
                        condition(IntStream.range(0, 500)
                                .mapToObj(i -> "10." + i / 100 + "." + i % 100 + ".0/24")
                                .collect(Collectors.joining("\",\""))));
            case "statements" ->
                IntStream.range(0, 75)
                        .mapToObj(i -> STATEMENT.formatted("prod/*/api/v" + i, ""))
                        .collect(Collectors.joining(","));
            case "stars" -> STATEMENT.formatted("*" + "a".repeat(4000) + "b*", "");
            case "questions" -> STATEMENT.formatted("*" + "a?".repeat(3950) + "b*", "");
            default -> throw new IllegalArgumentException(policy);
        };
    }

    private static String condition(String ranges) {
        return ",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":[\"" + ranges + "\"]}}";
    }

    private ResourcePolicy bind() {
        if (PolicyReader.read("policy.json", content.getBytes(StandardCharsets.UTF_8)) instanceof PolicyResult.Read read
                && read.document().bind(API) instanceof PolicyDocument.Binding.Bound whole) {
            return whole.policy();
        }
        throw new IllegalStateException("the policy of this benchmark is wrong");
    }

    @Benchmark
    public Decision decide() {
        return bound.decide(new PolicyRequest.Builder(now)
                .resource(API, "POST", path)
                .address(ConditionKey.SOURCE_IP, caller)
                .text(ConditionKey.USER_AGENT, "Prometheus/3.16.0")
                .build());
    }

    @Benchmark
    public ResourcePolicy readAndBind() {
        return bind();
    }
}
