"""One thread beside two: runs by turns, as a machine's speed drifts from minute to minute."""
import statistics

TURNS = 5


def by_turns(run):
    """What run(threads) gives on one thread and on two, TURNS times by turns: two lists."""
    turns = [run(threads) for threads in (1, 2) * TURNS]
    return turns[::2], turns[1::2]


def two_threads(ones, twos):
    """How many times as quick two threads are: the median of the turns' ratios, as speed hardly
    drifts within a turn. The two lists of by_turns, as seconds or any unit of time."""
    return statistics.median(one / two for one, two in zip(ones, twos))


def least_of_turns(ones, twos, key, column):
    """The rows of each number of threads whose `column`, a time, is least, of the two lists of
    by_turns, in which runs are lists of rows that key(row) tells apart. Those on two threads get the
    column TwoThreads, two_threads of their times."""
    def times(runs):
        found = {}
        for rows in runs:
            for row in rows:
                found.setdefault(key(row), []).append(row)
        return found

    def time(row):
        return float(row[column])

    one, two = times(ones), times(twos)
    least = [min(rows, key=time) | {"TwoThreads": ""} for rows in one.values()]
    for name, rows in two.items():
        ratio = two_threads(map(time, one[name]), map(time, rows))
        least.append(min(rows, key=time) | {"TwoThreads": f"{ratio:.3g}"})
    return least
