"""Options come from the broker URL; what is none stays with the URL."""

from yarl import URL

from pipeline.redis_streams.connections import broker_url, redis_url
from pipeline.redis_streams.options import Options, parse


def test_options_are_taken_out_of_the_url() -> None:
    url, options = parse(URL("redis://h:1/2?prefix=shop&lease_s=7&beats=3&health=1"), Options())
    assert url == URL("redis://h:1/2?health=1")
    assert (options.prefix, options.lease_s, options.beats) == ("shop", 7.0, 3)


def test_the_url_wins_over_the_app() -> None:
    _, options = parse(URL("redis://h?lease_s=7"), Options(lease_s=9, block_s=3))
    assert (options.lease_s, options.block_s) == (7.0, 3.0)


def test_a_socket_is_spelled_for_each_registry() -> None:
    assert broker_url("unix:///run/redis.sock") == "redis+unix:///run/redis.sock"
    assert redis_url("redis+unix:///run/redis.sock") == "unix:///run/redis.sock"
    assert broker_url("redis://h") == redis_url("redis://h") == "redis://h"
