package io.countersign.gateway.redis;

/** What the store does in one step each, by its own clock, so that replicas whose clocks differ count alike. */
final class Scripts {
    /**
     * Takes permits out of a bucket: KEYS bucket, birth; ARGV requests, in how many microseconds, burst, wanted, owed, replicas, birth as
     * the caller knows it. Returns permits, microseconds until the next one, birth.
     *
     * <p>The birth is when the store began to count. A bucket that the store does not know is full if there was time for that since the
     * birth: it has been idle. Where there was not, it may have been used before the store lost it, and begins empty.
     */
    static final String TAKE = """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local birth = tonumber(redis.call('GET', KEYS[2]) or nil)
            if birth then
              redis.call('EXPIRE', KEYS[2], 2592000)
            else
              birth = now
              redis.call('SET', KEYS[2], string.format('%.0f', now), 'EX', 2592000)
            end
            local rate, burst = ARGV[1] / ARGV[2], tonumber(ARGV[3])
            local wanted, owed = tonumber(ARGV[4]), tonumber(ARGV[5])
            local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
            local tokens
            if bucket[1] then
              tokens = math.min(burst, bucket[1] + math.max(0, now - bucket[2]) * rate)
            else
              tokens = math.min(burst, (now - birth) * rate)
            end
            local name = string.format('%.0f', birth)
            if name ~= ARGV[7] then
              owed = math.min(owed, (now - birth) * rate / ARGV[6])
            end
            tokens = tokens - owed
            local given = math.max(0, math.min(wanted, math.floor(tokens)))
            tokens = tokens - given
            redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', string.format('%.0f', now))
            redis.call('PEXPIRE', KEYS[1], string.format('%.0f', (burst - tokens) / rate / 1000 + 60000))
            local wait = 0
            if tokens < 1 then
              wait = math.ceil((1 - tokens) / rate)
            end
            return { given, wait, name }
            """;

    /** Adds up what replicas have counted in a day: KEYS day; ARGV replica, its own count. Returns the sum. */
    static final String COUNT = """
            redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
            redis.call('EXPIRE', KEYS[1], 172800)
            local sum = 0
            for _, own in ipairs(redis.call('HVALS', KEYS[1])) do
              sum = sum + own
            end
            return string.format('%.0f', sum)
            """;

    /** Shows that the store takes what is written: KEYS birth. */
    static final String HELLO = """
            local time = redis.call('TIME')
            redis.call('SET', KEYS[1], string.format('%.0f', time[1] * 1000000 + time[2]), 'EX', 2592000, 'NX')
            return redis.call('EXPIRE', KEYS[1], 2592000)
            """;

    private Scripts() {}
}
