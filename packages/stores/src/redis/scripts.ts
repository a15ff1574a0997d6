/**
 * What Redis does in one step. All keys of a script share a hash tag, so that each runs on one node of a cluster: `KEYS` are the
 * entry, the index of keys, the index of expiry and the counter of versions. The clock is the server's.
 */
export const scripts = {
  // key, value, ttl in ms or '', mode (any, absent, is), version
  set: `
    local now = redis.call('TIME')
    local ms = now[1] * 1000 + math.floor(now[2] / 1000)
    for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ms, 'LIMIT', 0, 20)) do
      redis.call('ZREM', KEYS[2], gone)
      redis.call('ZREM', KEYS[3], gone)
    end
    if ARGV[4] ~= 'any' then
      local held = redis.call('HGET', KEYS[1], 'v')
      if ARGV[4] == 'absent' and held then return false end
      if ARGV[4] == 'is' and held ~= ARGV[5] then return false end
    end
    local version = redis.call('INCR', KEYS[4])
    redis.call('HSET', KEYS[1], 'd', ARGV[2], 'v', version)
    redis.call('ZADD', KEYS[2], 0, ARGV[1])
    if ARGV[3] == '' then
      redis.call('PERSIST', KEYS[1])
      redis.call('ZREM', KEYS[3], ARGV[1])
    else
      redis.call('PEXPIREAT', KEYS[1], ms + ARGV[3])
      redis.call('ZADD', KEYS[3], ms + ARGV[3], ARGV[1])
    end
    return tostring(version)`,
  // key, version or ''
  delete: `
    local held = redis.call('HGET', KEYS[1], 'v')
    if not held or (ARGV[2] ~= '' and held ~= ARGV[2]) then return 0 end
    redis.call('DEL', KEYS[1])
    redis.call('ZREM', KEYS[2], ARGV[1])
    redis.call('ZREM', KEYS[3], ARGV[1])
    return 1`,
  // least, greatest, limit, what an entry's name begins with
  list: `
    local found, from = {}, ARGV[1]
    local limit = tonumber(ARGV[3])
    repeat
      local keys = redis.call('ZRANGEBYLEX', KEYS[2], from, ARGV[2], 'LIMIT', 0, limit)
      for _, key in ipairs(keys) do
        local entry = redis.call('HMGET', ARGV[4] .. key, 'd', 'v')
        if entry[1] and #found < limit * 3 then
          found[#found + 1] = key
          found[#found + 1] = entry[1]
          found[#found + 1] = entry[2]
        end
        from = '(' .. key
      end
    until #keys < limit or #found >= limit * 3
    return found`,
  // message. A script, as a cluster sends a bare PUBLISH to whichever node, and two of them may overtake each other.
  publish: `return redis.call('PUBLISH', KEYS[1], ARGV[1])`,
} as const
