"""The words for code that ended early, by the kind of the failure.

A kind is what the worker or the comparison of two runs calls it; `noted` kinds are
noticed in passing and refused although the code ran to its end.
"""

from __future__ import annotations

# What happened, and what to do about it, by the kind of a failure.
REASONS = {
    "time": (
        "this code was stopped after {detail} s",
        "make it end sooner, or raise `seconds` in [tool.nnanki]",
    ),
    "output": ("this code prints more than {detail} bytes", "print less"),
    "encoding": (
        "this code prints the byte {detail}, which is not UTF-8",
        "print text, not raw bytes",
    ),
    "answer": (
        "the answer is not a shape: {detail}",
        "use only the names of the sizes, as in `(n, m)`",
    ),
    "signal": (
        "this code was ended by {detail}",
        "run it by itself in Python to see why; it may need too much memory",
    ),
    "exit": ("this code ended its process (exit {detail})", "let it run to its end"),
    "process": (
        "this code leaves a process behind",
        "wait for every process that it starts",
    ),
    "lost": (
        "this code ended the process that was running it",
        "end only processes that it started",
    ),
    "quote": (
        "the quoted source {detail}",
        "quote code that the tests run just as it is written",
    ),
    "turns": (
        "this loop runs more than {detail} times, too many for a table",
        "make it run fewer times",
    ),
    "figure": ("this code {detail}", "draw one picture, with `matplotlib.pyplot`"),
    "swap": ("the bug cannot be put in place: {detail}", "choose another mutant"),
    "path": (
        "this code shows where {detail} is on this machine",
        "show a part that is the same everywhere, such as the file's name",
    ),
    "thread": (
        "a thread of this code is still running when the program ends: {detail}",
        "join it, or make sure that it ends",
    ),
    "status": (
        "this code ends with exit status {detail}",
        "let it run to its end, or ask about the exit: `raises=SystemExit`",
    ),
    "outside": (
        "this code asks for {detail}, which is outside the project",
        "use a file of the project, or create one in the working directory",
    ),
    "writes": (
        "this code changes {detail}, which belongs to the project",
        "write to the working directory instead, which is empty for every card",
    ),
    "cards": (
        "this code reads {detail}, the text of a card",
        "compute what the card shows instead of reading it",
    ),
    "network": (
        "this code tries to reach {detail} over the network",
        "let it connect only to this machine, `localhost`",
    ),
    "entropy": (
        "this code gets randomness from the system, through {detail}",
        "use a generator with a seed instead, such as `random.Random(0)`",
    ),
    "unseeded": (
        "this code uses a random generator without a seed: {detail}",
        "seed it first; a new layer or a `DataLoader` draws from it, too",
    ),
    "variable": (
        "this code reads the environment variable {detail}",
        "set it in the code, or do without it: other readers have other values",
    ),
    "fresh": (
        "this code does something different in a fresh Python, `python card.py`",
        "show nothing that depends on other imports, or on the code being watched",
    ),
    "hook": (
        "this code adds an audit hook",
        "take it out: such a hook can never be removed, so no card may add one",
    ),
}

# What two runs differ by, and what to do about it.
DIFFERENCES = {
    "chance": (
        "this code does something different each time",
        "seed its random numbers, and print no times, memory addresses or sets",
    ),
    "imports": (
        "this code does something different where the project is imported once more",
        "let its modules change nothing while they are imported, and draw no numbers",
    ),
    "clock": (
        "this code depends on the clock: the date, the weekday, or the time",
        "write a fixed date or time into the code",
    ),
    "time zone": (
        "this code depends on the time zone",
        "name one in the code, such as `timezone.utc`",
    ),
    "locale": (
        "this code depends on the reader's locale",
        "name a locale in the code",
    ),
    "processors": (
        "this code depends on the number of processors",
        "show only what is the same on every machine",
    ),
    "host": (
        "this code depends on the machine's name or operating system",
        "show only what is the same on every machine",
    ),
    "user": (
        "this code depends on the user who runs it",
        "show only what is the same for every user",
    ),
    "environment": (
        "this code depends on environment variables",
        "set the ones that it needs in the code itself",
    ),
    "folder": (
        "this code depends on the folder that it runs in",
        "show a part that is the same everywhere, such as the file's name",
    ),
    "terminal": (
        "this code does something different in a terminal",
        "show what it does without one, for example by writing to `io.StringIO`",
    ),
    "stack": (
        "this code depends on the depth of the call stack",
        "recursion stops elsewhere in another interpreter: show that it stops, not "
        "where",
    ),
    "listing": (
        "this code depends on the order in which a folder is listed",
        "sort the names: another file system has them in another order",
    ),
    "memory": (
        "this code depends on where objects lie in memory",
        "show no addresses, and sort sets of classes, functions, tasks and the like",
    ),
    "network": (
        "this code depends on the network",
        "make it work without the network",
    ),
    "hash seed": (
        "this code depends on the order of a set, or on a hash",
        "sort a set before you show it, and show no hash",
    ),
    "machine": (
        "this code gives different results on different CPUs",
        "show fewer digits: the last ones differ from one CPU to another",
    ),
    "together": (
        "this code does something different in other surroundings",
        "make it depend on nothing but itself",
    ),
}
