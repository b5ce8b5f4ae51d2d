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
    /** {@code IBV_EVENT_DEVICE_FATAL}. */
    private static final int DEVICE_FATAL = 8;

    /** Whether the device has failed or gone: nothing completes any more. */
    public boolean isDeviceGone() {
        return type == DEVICE_FATAL;
    }

    static AsyncEvent read(MemorySegment event) {
        int type = ibv_async_event.event_type(event);
        return new AsyncEvent(
                type,
                verbs_h.ibv_event_type_str(type).getString(0),
                event.get(ValueLayout.JAVA_LONG, ibv_async_event.element$offset()));
    }
}
