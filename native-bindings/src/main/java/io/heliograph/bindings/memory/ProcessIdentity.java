package io.heliograph.bindings.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A process, told from a later one of the same number by when it started. Any thread.
 *
 * @param pid process number, as this process sees it
 * @param startTicks when it started, in clock ticks since boot (field 22 of {@code /proc/PID/stat}, proc(5))
 */
public record ProcessIdentity(long pid, long startTicks) {
    /** This process. */
    public static ProcessIdentity current() {
        long pid = ProcessHandle.current().pid();
        return new ProcessIdentity(pid, startTicks(pid).orElse(0));
    }

    /** The process that has this number now, if any runs. */
    public static Optional<ProcessIdentity> of(long pid) {
        OptionalLong ticks = startTicks(pid);
        return ticks.isPresent() ? Optional.of(new ProcessIdentity(pid, ticks.getAsLong())) : Optional.empty();
    }

    /** Whether this very process still runs. One that ended and was not yet waited for counts as ended. */
    public boolean isAlive() {
        OptionalLong ticks = startTicks(pid);
        return ticks.isPresent() && ticks.getAsLong() == startTicks;
    }

    private static OptionalLong startTicks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The name, second, is in parentheses and may contain anything; the state, third, follows the last of them.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            boolean ended = fields[0].equals("Z") || fields[0].equals("X");
            return ended ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[19]));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
