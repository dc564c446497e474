package io.countersign.gateway.redis;

import io.countersign.gateway.quota.RequestLimit;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One connection to a Redis server, with the scripts loaded. Every key begins with {@code countersign:} and expires: a bucket when it
 * has been full for a minute, a day's count after two days, the birth of the store after thirty days without a request, and
 * approvals after 90 days in which no replica has read them.
 */
final class RedisStore implements SharedStore {
    private static final String BIRTH = "countersign:birth";
    private static final Pattern BIRTH_FORM = Pattern.compile("\\d{1,17}");
    private static final Pattern SUM_FORM = Pattern.compile("\\d{1,17}");

    /** A replica asks again after a day at most, whatever the store says. */
    private static final long MAX_WAIT_MICROS = TimeUnit.DAYS.toMicros(1);

    private final StatefulRedisConnection<String, String> connection;
    private final RedisAsyncCommands<String, String> commands;
    private final RedisRecords records;
    private String take;
    private String count;

    private RedisStore(StatefulRedisConnection<String, String> connection) {
        this.connection = connection;
        this.commands = connection.async();
        this.records = new RedisRecords(commands);
    }

    /** Makes it ready; fails where the server does not take what is written. */
    static CompletableFuture<SharedStore> over(StatefulRedisConnection<String, String> connection) {
        RedisStore store = new RedisStore(connection);
        RedisAsyncCommands<String, String> commands = store.commands;
        return commands.<Long>eval(Scripts.HELLO, ScriptOutputType.INTEGER, BIRTH)
                .thenCompose(written -> commands.scriptLoad(Scripts.TAKE))
                .thenCompose(digest -> {
                    store.take = digest;
                    return commands.scriptLoad(Scripts.COUNT);
                })
                .thenCompose(digest -> {
                    store.count = digest;
                    return store.records.ready();
                })
                .<SharedStore>thenApply(ready -> store)
                .toCompletableFuture();
    }

    @Override
    public CompletableFuture<Given> take(Ask ask) {
        RequestLimit limit = ask.limit();
        return commands.<List<Object>>evalsha(
                        take,
                        ScriptOutputType.MULTI,
                        new String[] {"countersign:requests:" + ask.tenant(), BIRTH},
                        Long.toString(limit.rate().requests()),
                        Long.toString(limit.rate().per().toNanos() / 1000),
                        Long.toString(limit.burst()),
                        Long.toString(ask.wanted()),
                        Long.toString(ask.owed()),
                        Integer.toString(ask.replicas()),
                        ask.birth())
                .toCompletableFuture()
                .thenApply(answer -> given(answer, ask));
    }

    /** Whoever can write to the store can change what it answers; more than was asked for would be held here without a bound. */
    static Given given(List<Object> answer, Ask ask) {
        if (answer.size() == 3
                && answer.get(0) instanceof Long permits
                && answer.get(1) instanceof Long micros
                && answer.get(2) instanceof String birth
                && permits >= 0
                && permits <= ask.wanted()
                && micros >= 0
                && BIRTH_FORM.matcher(birth).matches()) {
            return new Given(permits, TimeUnit.MICROSECONDS.toNanos(Math.min(micros, MAX_WAIT_MICROS)), birth);
        }
        throw new IllegalStateException("its answer is not one of countersign's script");
    }

    @Override
    public CompletableFuture<Long> count(String tenant, LocalDate day, String replica, long own) {
        return commands.<String>evalsha(
                        count,
                        ScriptOutputType.VALUE,
                        new String[] {"countersign:bytes:" + day + ":" + tenant},
                        replica,
                        Long.toString(own))
                .toCompletableFuture()
                .thenApply(RedisStore::sum);
    }

    static long sum(String answer) {
        if (SUM_FORM.matcher(answer).matches()) {
            return Long.parseLong(answer);
        }
        throw new IllegalStateException("its answer is not one of countersign's script");
    }

    @Override
    public CompletableFuture<Page> read(long after, int max) {
        return records.read(after, max);
    }

    @Override
    public CompletableFuture<Reply> put(Put put) {
        return records.put(put);
    }

    @Override
    public CompletableFuture<Long> numbers(int count, long first) {
        return records.numbers(count, first);
    }

    @Override
    public CompletableFuture<?> ping() {
        return commands.ping().toCompletableFuture();
    }

    @Override
    public void close() {
        connection.closeAsync();
    }
}
