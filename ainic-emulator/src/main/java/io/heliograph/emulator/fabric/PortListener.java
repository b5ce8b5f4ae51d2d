package io.heliograph.emulator.fabric;

/** Who polls a port in virtual time and wants to know when that is worth it. Called in the middle of an event: it schedules itself and does no more. */
public interface PortListener {
    /** Nobody polls. */
    PortListener NONE = new PortListener() {
        @Override
        public void arrived(long nowPs) {}

        @Override
        public void drained(long nowPs) {}
    };

    /** A frame waits to be received. */
    void arrived(long nowPs);

    /** There is room again to send, after a {@link FabricPort#send} that did not take all. */
    void drained(long nowPs);
}
