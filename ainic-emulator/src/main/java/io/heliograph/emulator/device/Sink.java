package io.heliograph.emulator.device;

/** Where a step passes things on to. */
@FunctionalInterface
interface Sink<T extends Item> {
    /** Takes it, or says that there is no room now; who is told so is told when there is. */
    boolean offer(T item, long nowPs);
}
