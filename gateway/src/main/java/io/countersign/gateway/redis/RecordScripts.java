package io.countersign.gateway.redis;

/**
 * What the store does in one step each for {@link io.countersign.gateway.approval.sharing.SharedRecords}. KEYS of all: a hash with the
 * era and the last revision, a hash of texts for each kind, the revisions of what is there, those of what was removed, and whose each
 * number is.
 */
final class RecordScripts {
    /** What was removed is remembered for that many; who has missed more reads everything. */
    private static final int REMOVED = 1000;

    /** The first letter of a key says which hash it is in; and a list is kept as long as somebody reads it. */
    private static final String BEGIN = """
            local meta, order, gone, numbers = KEYS[1], KEYS[5], KEYS[6], KEYS[7]
            local hashes = { p = KEYS[2], d = KEYS[3], a = KEYS[4] }
            local function live(always)
              for _, key in ipairs(KEYS) do
                if always or redis.call('TTL', key) == -1 then
                  redis.call('EXPIRE', key, 7776000)
                end
              end
            end
            """;

    /**
     * ARGV revision, how many, a name for a new era. Returns era, revision up to which it is complete, 1 if there are more, 1 if it is not
     * complete at all, and for each change key, revision and text; an empty text is of what was removed.
     *
     * <p>What does not fit together has been lost in part, and begins anew.
     */
    static final String READ = BEGIN + """
            local era = redis.call('HGET', meta, 'era')
            local there = 0
            for _, hash in pairs(hashes) do
              there = there + redis.call('HLEN', hash)
            end
            if not era or there ~= redis.call('ZCARD', order) then
              redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], order, gone, numbers)
              era = ARGV[3]
              redis.call('HSET', meta, 'era', era, 'revision', '0', 'floor', '0')
              live(true)
            end
            if redis.call('TTL', meta) < 7689600 then
              live(true)
            end
            local state = redis.call('HMGET', meta, 'revision', 'floor')
            local last, after = tonumber(state[1]), tonumber(ARGV[1])
            if after > last or after > 0 and after < tonumber(state[2]) then
              return { era, '0', 0, 1 }
            end
            local max = tonumber(ARGV[2])
            local found = redis.call('ZRANGEBYSCORE', order, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, max)
            local more = 0
            if #found == 2 * max then
              last = tonumber(found[#found])
              more = 1
            end
            local upto = string.format('%.0f', last)
            local answer = { era, upto, more, 0 }
            for i = 1, #found, 2 do
              answer[#answer + 1] = found[i]
              answer[#answer + 1] = found[i + 1]
              local hash = hashes[string.sub(found[i], 1, 1)]
              answer[#answer + 1] = hash and redis.call('HGET', hash, found[i]) or ''
            end
            if after > 0 then
              local removed = redis.call('ZRANGEBYSCORE', gone, '(' .. ARGV[1], upto, 'WITHSCORES')
              for i = 1, #removed, 2 do
                answer[#answer + 1] = removed[i]
                answer[#answer + 1] = removed[i + 1]
                answer[#answer + 1] = ''
              end
            end
            return answer
            """;

    /**
     * ARGV key, revision that it has, text, its number or nothing, how many there may be, numbers to release. Returns what became of it, its
     * revision, and its text after a conflict.
     */
    static final String PUT = BEGIN + """
            local key, text = ARGV[1], ARGV[3]
            local hash, name = hashes[string.sub(key, 1, 1)], string.sub(key, 2)
            local revision = redis.call('ZSCORE', order, key) or '0'
            if tonumber(revision) ~= tonumber(ARGV[2]) then
              return { 'conflict', revision, redis.call('HGET', hash, key) or '' }
            end
            if text == '' then
              redis.call('HDEL', hash, key)
              for i = 6, #ARGV do
                if redis.call('HGET', numbers, ARGV[i]) == name then
                  redis.call('HDEL', numbers, ARGV[i])
                end
              end
              if redis.call('ZREM', order, key) == 1 then
                revision = redis.call('HINCRBY', meta, 'revision', 1)
                redis.call('ZADD', gone, revision, key)
                local over = redis.call('ZCARD', gone) - %1$d
                if over > 0 then
                  local oldest = redis.call('ZRANGE', gone, over - 1, over - 1, 'WITHSCORES')
                  redis.call('HSET', meta, 'floor', oldest[2])
                  redis.call('ZREMRANGEBYRANK', gone, 0, over - 1)
                end
              end
              live(false)
              return { 'done', tostring(revision), '' }
            end
            if revision == '0' and redis.call('HLEN', hash) >= tonumber(ARGV[5]) then
              return { 'full', '0', '' }
            end
            if ARGV[4] ~= '' then
              local owner = redis.call('HGET', numbers, ARGV[4])
              if owner and owner ~= name then
                return { 'taken', '0', '' }
              end
              redis.call('HSET', numbers, ARGV[4], name)
            end
            redis.call('HSET', hash, key, text)
            revision = redis.call('HINCRBY', meta, 'revision', 1)
            redis.call('ZADD', order, revision, key)
            redis.call('ZREM', gone, key)
            live(false)
            return { 'done', tostring(revision), '' }
            """.formatted(REMOVED);

    /** ARGV how many, the first that may be given. Returns the first of them. */
    static final String NUMBERS = """
            local first = math.max(tonumber(redis.call('HGET', KEYS[1], 'next') or '1'), tonumber(ARGV[2]))
            redis.call('HSET', KEYS[1], 'next', string.format('%.0f', first + ARGV[1]))
            redis.call('EXPIRE', KEYS[1], 7776000)
            return string.format('%.0f', first)
            """;

    private RecordScripts() {}
}
