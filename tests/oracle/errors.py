"""What ends a run of the oracle before its verdicts."""


class OracleError(Exception):
    """What keeps the oracle from running: a file of its own that is wrong."""
