package io.heliograph.emulator.host;

/** What runs on a host: posts and polls, on the fabric's thread, in no time. */
@FunctionalInterface
public interface HostApplication {
    /** Nothing runs there; completions wait to be polled from outside. */
    HostApplication NONE = (host, nowPs) -> {};

    /** Called after each duty cycle of the host's endpoint; what it posts is taken in another one, at the same moment. */
    void run(Host host, long nowPs);
}
