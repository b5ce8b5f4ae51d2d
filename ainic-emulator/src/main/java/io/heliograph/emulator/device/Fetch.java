package io.heliograph.emulator.device;

/** A read of work entries under way. */
final class Fetch extends Item {
    final SubmissionQueue queue;
    final int life;
    final int count;

    Fetch(SubmissionQueue queue, int life, int count) {
        this.queue = queue;
        this.life = life;
        this.count = count;
    }
}
