package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.MemorySegment;

/** The way to another port, as the device has it ready for datagrams. Closed after what was sent by it has completed. */
public final class AddressHandle implements AutoCloseable {
    private final MemorySegment handle;
    private final AddressVector vector;
    private boolean closed;

    AddressHandle(MemorySegment handle, AddressVector vector) {
        this.handle = handle;
        this.vector = vector;
    }

    /** Address of the {@code struct ibv_ah}, for {@link SendRequests#datagram}. */
    public long address() {
        return handle.address();
    }

    /** What it was made of. */
    public AddressVector vector() {
        return vector;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Refused.check(
                    "ibv_destroy_ah",
                    verbs_h.ibv_destroy_ah(handle),
                    "destination=" + vector.destination(),
                    "close it once");
        }
    }
}
