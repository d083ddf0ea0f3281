"""When: a cron line -> the command that a person would type, in a child process, once.

The database is the memory: which slot of which line was taken, by whom, and how it ended. APScheduler only ticks;
every tick looks at the clock on the wall anew, so a laptop that slept, a clock that was set and a restart all end
in the same question: which slot is due that nobody has taken?
"""
