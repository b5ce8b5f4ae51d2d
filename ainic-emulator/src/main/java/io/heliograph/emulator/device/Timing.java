package io.heliograph.emulator.device;

/** How long a step works. */
@FunctionalInterface
interface Timing<T extends Item> {
    /** Begins with an item: sets when it is done, and returns when the next may begin, which is no later. */
    long begin(T item, long nowPs);
}
