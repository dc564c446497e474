package io.countersign.gateway.redis;

import io.countersign.gateway.approval.sharing.SharedRecords;
import io.countersign.gateway.approval.sharing.SharedRecords.Page;
import io.countersign.gateway.approval.sharing.SharedRecords.Put;
import io.countersign.gateway.approval.sharing.SharedRecords.RecordKey;
import io.countersign.gateway.approval.sharing.SharedRecords.Reply;
import io.countersign.gateway.approval.sharing.SharedRecords.Written;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** The records that replicas share, in one connection to a Redis server. Whatever it answers is checked: anybody may have written it. */
final class RedisRecords {
    private static final String ROOT = "countersign:approvals";
    private static final String[] KEYS = {
        ROOT, ROOT + ":p", ROOT + ":d", ROOT + ":a", ROOT + ":order", ROOT + ":gone", ROOT + ":numbers"
    };
    private static final int HEAD = 4;
    private static final int EACH = 3;
    private static final int MAX_REMOVED = 1000;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");

    private final RedisAsyncCommands<String, String> commands;
    private String read;
    private String put;
    private String numbers;

    RedisRecords(RedisAsyncCommands<String, String> commands) {
        this.commands = commands;
    }

    /** Loads the scripts. */
    CompletableFuture<RedisRecords> ready() {
        return commands.scriptLoad(RecordScripts.READ)
                .thenCompose(digest -> {
                    read = digest;
                    return commands.scriptLoad(RecordScripts.PUT);
                })
                .thenCompose(digest -> {
                    put = digest;
                    return commands.scriptLoad(RecordScripts.NUMBERS);
                })
                .thenApply(digest -> {
                    numbers = digest;
                    return this;
                })
                .toCompletableFuture();
    }

    CompletableFuture<Page> read(long after, int max) {
        return commands.<List<Object>>evalsha(
                        read,
                        ScriptOutputType.MULTI,
                        KEYS,
                        Long.toString(after),
                        Integer.toString(max),
                        UUID.randomUUID().toString())
                .toCompletableFuture()
                .thenApply(answer -> page(answer, max));
    }

    static Page page(List<Object> answer, int max) {
        if (answer.size() < HEAD
                || (answer.size() - HEAD) % EACH != 0
                || (answer.size() - HEAD) / EACH > max + MAX_REMOVED
                || !(answer.get(2) instanceof Long more)
                || !(answer.get(3) instanceof Long incomplete)) {
            throw foreign();
        }
        List<Written> entries = new ArrayList<>();
        for (int i = HEAD; i < answer.size(); i += EACH) {
            entries.add(entry(text(answer.get(i)), answer.get(i + 1), answer.get(i + 2)));
        }
        return new Page(text(answer.get(0)), number(answer.get(1)), more == 1, incomplete == 1, entries);
    }

    private static Written entry(String key, Object revision, Object text) {
        String written = text(text);
        if (key.isEmpty()) {
            throw foreign();
        }
        return new Written(
                new RecordKey(key.charAt(0), key.substring(1)),
                number(revision),
                written.isEmpty() ? Optional.empty() : Optional.of(written));
    }

    private static String text(Object answered) {
        if (answered instanceof String text && text.length() <= SharedRecords.MAX_TEXT) {
            return text;
        }
        throw foreign();
    }

    private static long number(Object answered) {
        if (answered instanceof String text && NUMBER.matcher(text).matches()) {
            return Long.parseLong(text);
        }
        throw foreign();
    }

    private static IllegalStateException foreign() {
        return new IllegalStateException("its answer is not one of countersign's script");
    }

    CompletableFuture<Reply> put(Put change) {
        String key = change.key().kind() + change.key().name();
        List<String> arguments = new ArrayList<>(List.of(
                key,
                Long.toString(change.expected()),
                change.text().orElse(""),
                change.number().map(String::valueOf).orElse(""),
                Integer.toString(change.max())));
        change.released().forEach(each -> arguments.add(Long.toString(each)));
        return commands.<List<Object>>evalsha(put, ScriptOutputType.MULTI, KEYS, arguments.toArray(String[]::new))
                .toCompletableFuture()
                .thenApply(answer -> reply(answer, key));
    }

    static Reply reply(List<Object> answer, String key) {
        if (answer.size() != EACH) {
            throw foreign();
        }
        return switch (text(answer.get(0))) {
            case "done" -> new Reply.Done(number(answer.get(1)));
            case "conflict" -> new Reply.Conflict(entry(key, answer.get(1), answer.get(2)));
            case "full" -> new Reply.Full();
            case "taken" -> new Reply.NumberTaken();
            default -> throw foreign();
        };
    }

    CompletableFuture<Long> numbers(int count, long first) {
        return commands.<String>evalsha(
                        numbers, ScriptOutputType.VALUE, KEYS, Integer.toString(count), Long.toString(first))
                .toCompletableFuture()
                .thenApply(RedisRecords::number);
    }
}
