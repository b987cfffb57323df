"""What can go wrong between a process and its streams, and what each case means.

StreamsError
├── UnfitRedis             the server cannot carry streams: wrong version or policy
├── PartitionCountChanged  a topic is stored with another number of partitions
├── Away                   no reply; the command may or may not have run
│   └── NotSent            no connection could be had: the command certainly did not run
├── Refused                the server answered that it did not run the command
│   ├── Full               memory is too short for more input
│   ├── StaleFence         the partition was acquired by another member since
│   ├── UnknownProducer    the log knows nothing of this producer: the log was replaced
│   └── SupersededAppend   a later append of the same producer came first
└── OutcomeUnknown         an append may or may not be in the log, and nobody can tell any more
"""


class StreamsError(Exception):
    """Anything of this package."""


class UnfitRedis(StreamsError):
    """The server cannot carry streams; the message is one sentence for the operator."""


class PartitionCountChanged(StreamsError):
    """The topic exists with another number of partitions; users would change partition."""

    def __init__(self, topic: str, stored: int, asked: int) -> None:
        super().__init__(
            f"topic {topic!r} is stored with {stored} partitions, {asked} were asked for: "
            "the number of partitions of a topic cannot change"
        )
        self.topic, self.stored, self.asked = topic, stored, asked


class Away(StreamsError):
    """The connection failed or the reply did not come in time: the command may have run."""


class NotSent(Away):
    """No connection could be had: the command did not run."""


class Refused(StreamsError):
    """The server answered with an error and did not run the command."""


class Full(Refused):
    """The server is too short of memory to take more input."""


class StaleFence(Refused):
    """Another member acquired the partition since."""


class UnknownProducer(Refused):
    """The log does not know this producer although it appended before: the log was replaced."""


class SupersededAppend(Refused):
    """A later append of the same producer is in the log: this one can no longer be appended."""


class OutcomeUnknown(StreamsError):
    """An append was sent, no reply came, and there is no way left to find out."""
