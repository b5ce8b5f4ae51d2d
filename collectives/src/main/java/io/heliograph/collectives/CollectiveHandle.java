package io.heliograph.collectives;

/**
 * A collective under way, to be polled or awaited on the communicator's thread. It belongs to the communicator, which gives it to a later collective once this one
 * ended and {@link #poll} or {@link #await} said so.
 */
public interface CollectiveHandle {
    /**
     * Makes progress and says whether the collective is over. Allocates nothing.
     *
     * @throws CollectiveException if the communicator failed; {@link CollectiveException#rank} is whose doing it was, or {@link CollectiveException#UNKNOWN_RANK} where several wait for each other
     */
    boolean poll();

    /**
     * Returns when the collective is over: the output holds the result and the input may change.
     *
     * @throws CollectiveException if the communicator failed; {@link CollectiveException#rank} is whose doing it was, or {@link CollectiveException#UNKNOWN_RANK} where several wait for each other
     */
    void await();
}
