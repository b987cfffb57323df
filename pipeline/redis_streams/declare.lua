-- Stores the number of partitions of a topic unless there is one. Answers the stored number.
-- KEYS  topics
-- ARGV  topic, partitions
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
return tonumber(redis.call('HGET', KEYS[1], ARGV[1]))
