"""What must happen at once inside Redis, as Lua. Each script touches the keys of one hash slot only.

Times come as arguments (the contract's `now`), never from the server's clock; expiry by the server is only the broom
behind them. Numbers are compared as Lua doubles, which hold Unix seconds to a microsecond.
"""

from __future__ import annotations

# KEYS: session, trail, outgoing webhooks. ARGV: version expected before ("0": there must be none), version, body, how
# many webhooks, webhooks ..., trail entries ... 1: written. 0: somebody else was first, or the session is gone.
COMMIT_SESSION = """
local stored = redis.call('HGET', KEYS[1], 'version') or '0'
if stored ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'body', ARGV[3])
local outgoing = tonumber(ARGV[4])
for i = 5, 4 + outgoing do redis.call('RPUSH', KEYS[3], ARGV[i]) end
for i = 5 + outgoing, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
return 1
"""

# KEYS: the ticket's place. ARGV: who may hold it now ("" for nobody), who takes it, ms until it falls free (0: never).
# 1: taken.
TAKE_PLACE = """
local holder = redis.call('GET', KEYS[1]) or ''
if holder ~= ARGV[1] then return 0 end
if ARGV[3] == '0' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1
"""

# KEYS: the ticket's place. ARGV: its holder. Somebody else's place is left alone.
LEAVE_PLACE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

# KEYS: code. ARGV: now, expires_at, ms until the broom, kind, site, body. 1: kept. 0: a live code is there.
PUT_CODE = """
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if expires_at and tonumber(expires_at) > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'expires_at', ARGV[2], 'kind', ARGV[4], 'site', ARGV[5], 'body', ARGV[6])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

# KEYS: code. ARGV: now, site, kinds ... The body, once; nil where there is none, or it is not for the asker.
TAKE_CODE = """
local code = redis.call('HMGET', KEYS[1], 'expires_at', 'site', 'kind', 'body')
if not code[1] or tonumber(code[1]) <= tonumber(ARGV[1]) or code[2] ~= ARGV[2] then return nil end
for i = 3, #ARGV do
  if ARGV[i] == code[3] then
    redis.call('DEL', KEYS[1])
    return code[4]
  end
end
return nil
"""

# KEYS: a mark. ARGV: now, expires_at, ms until the broom, what it says. 1: set. 0: it was set and is not expired.
SET_MARK = """
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if expires_at and tonumber(expires_at) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'expires_at', ARGV[2], 'says', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

# KEYS: the address's guesses. ARGV: now, start of the window, ms until the broom, a name for this guess, how many there
# must be. 1: it is noted. 0: there are more or fewer.
BEGIN_GUESS = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
if redis.call('ZCARD', KEYS[1]) ~= tonumber(ARGV[5]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

# KEYS: guesses. ARGV: now, start of the window, ms until the broom, a name for this guess, how many are kept. How many.
COUNT_GUESS = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[5]) - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('ZCARD', KEYS[1])
"""

# KEYS: keys by digest, digests by id. ARGV: id, digest, body. A key put again under its id replaces the old one.
PUT_API_KEY = """
local old = redis.call('HGET', KEYS[2], ARGV[1])
if old then redis.call('HDEL', KEYS[1], old) end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
"""

# KEYS: keys by digest. ARGV: digest, body as it was read, body to put. 1: it was unchanged since.
SWAP_API_KEY = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""

# KEYS: bodies by id, due times, the session's deliveries. ARGV: id, body, due_at.
PUT_DELIVERY = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
return 1
"""

# KEYS: bodies by id, due times. ARGV: id, body as it was read, body to put, due_at.
POSTPONE_DELIVERY = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[2], 'XX', ARGV[4], ARGV[1])
return 1
"""

# KEYS: bodies by id, due times, the session's deliveries. ARGV: ids ...
DROP_DELIVERIES = """
for i = 1, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
  redis.call('ZREM', KEYS[2], ARGV[i])
  redis.call('SREM', KEYS[3], ARGV[i])
end
return #ARGV
"""

# KEYS: a session's home. ARGV: who it may be now ("" for nobody), who it becomes, ms until it is forgotten. 1: settled.
SETTLE = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""

# KEYS: who leads. ARGV: who would, ms until another may. 1: they lead.
LEAD = """
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
