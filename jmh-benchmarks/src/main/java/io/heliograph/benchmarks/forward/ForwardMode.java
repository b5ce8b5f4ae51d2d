package io.heliograph.benchmarks.forward;

import java.util.Locale;

/** What is done to each frame on its way, by the names that testpmd has for it. */
public enum ForwardMode {
    /** Nothing: frames are not even looked at. */
    IO,
    /** Both Ethernet addresses are written, as a router would. */
    MAC;

    /** As testpmd and our command line write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
