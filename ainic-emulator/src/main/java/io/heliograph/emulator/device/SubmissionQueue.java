package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.WorkEntry;
import java.util.ArrayDeque;

/** One queue: its submission ring as the device reads it, its completion ring, and how far both are. */
final class SubmissionQueue {
    final int number;
    final HostRing completions;
    /** Immediates that found the completion ring full. */
    final ArrayDeque<RingWrite> held = new ArrayDeque<>();

    private QueueState state = QueueState.DISABLED;
    private CommandStatus status = CommandStatus.NONE;
    private int life;
    private long base;
    private int entries;
    private int doorbell;
    private int taken;
    /** Entries that are being read or worked on: each has a place in the completion ring. */
    private int outstanding;

    private boolean fetching;

    SubmissionQueue(int number, HostMemory memory) {
        this.number = number;
        completions = new HostRing(memory);
    }

    void open(long newBase, int newEntries, long completionBase, int completionEntries) {
        base = newBase;
        entries = newEntries;
        doorbell = 0;
        taken = 0;
        outstanding = 0;
        fetching = false;
        completions.open(completionBase, completionEntries);
        state = QueueState.RUNNING;
        status = CommandStatus.OK;
        life++;
    }

    QueueState state() {
        return state;
    }

    CommandStatus status() {
        return status;
    }

    void status(CommandStatus value) {
        status = value;
    }

    int life() {
        return life;
    }

    int taken() {
        return taken;
    }

    int outstanding() {
        return outstanding;
    }

    /** Stops taking entries, for good or to be enabled anew. */
    void stop(QueueState next, CommandStatus why) {
        state = next;
        status = why;
        settle();
    }

    /** Ends at once. */
    void reset() {
        state = QueueState.DISABLED;
        status = CommandStatus.NONE;
        life++;
        outstanding = 0;
        fetching = false;
        held.clear();
        completions.open(0, 0);
    }

    /** Draining is over when nothing is left. */
    void settle() {
        if (state == QueueState.DRAINING && outstanding == 0 && completions.isSettled()) {
            state = QueueState.DISABLED;
        }
    }

    /** Takes note of a doorbell; false if it names more entries than the ring has. */
    boolean ring(int upTo) {
        if (Integer.compareUnsigned(upTo - taken, entries) > 0
                || Integer.compareUnsigned(upTo - taken, doorbell - taken) < 0) {
            return false;
        }
        doorbell = upTo;
        return true;
    }

    /** How many entries can be read now, at most {@code limit}: they are there, in a row in memory, and have places in the completion ring. */
    int fetchable(int limit) {
        if (state != QueueState.RUNNING || fetching) {
            return 0;
        }
        int inRow = entries - (taken & entries - 1);
        return Math.min(Math.min(limit, inRow), Math.min(doorbell - taken, completionRoom()));
    }

    /** Places in the completion ring that nothing is meant for. */
    int completionRoom() {
        return completions.room() - outstanding;
    }

    void fetch(int count) {
        fetching = true;
        outstanding += count;
    }

    /** Address of the oldest entry that was not taken. */
    long nextEntry() {
        return base + (long) (taken & entries - 1) * WorkEntry.ENTRY_BYTES;
    }

    void take() {
        taken++;
    }

    /** A read is over, and so many of its entries were not taken. */
    void fetched(int left) {
        fetching = false;
        outstanding -= left;
    }

    /** An entry ended: its place in the completion ring is used. */
    void ended() {
        outstanding--;
        completions.issue();
    }
}
