package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_async_event;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Something that happened to a device outside of completions ({@code struct ibv_async_event}).
 *
 * @param type {@code enum ibv_event_type}
 * @param description the type in libibverbs' words, {@code port active}
 * @param element the address of the queue pair or completion queue it is about, or the number of the port
 */
public record AsyncEvent(int type, String description, long element) {
    // enum ibv_event_type
    static final int CQ_ERR = 0;
    static final int QP_FATAL = 1;
    static final int DEVICE_FATAL = 8;
    static final int PORT_ACTIVE = 9;
    static final int PORT_ERR = 10;

    /** {@code IBV_EVENT_DEVICE_FATAL}: the device has failed or gone, nothing completes any more. */
    public boolean isDeviceGone() {
        return type == DEVICE_FATAL;
    }

    /** {@code IBV_EVENT_CQ_ERR}: a completion queue was overrun or broke, completions are lost and it is of no use any more. */
    public boolean isCompletionQueueBroken() {
        return type == CQ_ERR;
    }

    /** {@code IBV_EVENT_QP_FATAL}: the queue pair at {@link #element}, {@link QueuePair#address()}, has failed by itself. */
    public boolean isQueuePairBroken() {
        return type == QP_FATAL;
    }

    /** {@code IBV_EVENT_PORT_ACTIVE}: packets get through {@link #port} again. */
    public boolean isPortUp() {
        return type == PORT_ACTIVE;
    }

    /** {@code IBV_EVENT_PORT_ERR}: nothing gets through {@link #port} until it is up again. */
    public boolean isPortDown() {
        return type == PORT_ERR;
    }

    /** The number of the port that an event is of; nonsense for one of something else. */
    public int port() {
        return (int) element; // an int in a union with the pointers, on little-endian machines
    }

    static AsyncEvent read(MemorySegment event) {
        int type = ibv_async_event.event_type(event);
        return new AsyncEvent(
                type,
                verbs_h.ibv_event_type_str(type).getString(0),
                event.get(ValueLayout.JAVA_LONG, ibv_async_event.element$offset()));
    }
}
