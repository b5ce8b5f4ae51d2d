package io.heliograph.offload.optcam.rules;

import java.util.Locale;

/** What a rule's packets carry. */
public enum Protocol {
    /** Any IP packet, of version 4 or 6. */
    IP,
    /** TCP. */
    TCP(6),
    /** UDP. */
    UDP(17),
    /** ICMP, or ICMPv6. */
    ICMP(1, 58);

    private final int[] numbers;

    Protocol(int... numbers) {
        this.numbers = numbers;
    }

    /** Alternatives of the IP header's protocol or next header field; none: any. */
    int[] numbers() {
        return numbers.clone();
    }

    /** Whether its packets have ports. */
    public boolean hasPorts() {
        return this == TCP || this == UDP;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
