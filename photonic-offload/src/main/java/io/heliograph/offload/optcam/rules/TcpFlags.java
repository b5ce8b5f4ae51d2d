package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.PacketKey;
import io.heliograph.offload.optcam.TernaryPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rule asks of the TCP flags.
 *
 * @param test how
 * @param flags as in the header's byte: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128
 * @param ignored flags that do not matter; for {@link Test#EXACTLY}
 */
public record TcpFlags(Test test, int flags, int ignored) {

    /** In the order of their bits. */
    private static final String LETTERS = "FSRPAUEC";

    /** How flags are tested. */
    public enum Test {
        /** These and no others. */
        EXACTLY(""),
        /** These, and maybe others. */
        ALL("+"),
        /** One of these at least. */
        ANY("*");

        private final String sign;

        Test(String sign) {
            this.sign = sign;
        }
    }

    /** Parses Snort's value of {@code flags}: letters, or 0; then {@code +} or {@code *}; then a comma and letters to ignore. */
    static TcpFlags parse(String text) {
        int comma = text.indexOf(',');
        String tested = (comma < 0 ? text : text.substring(0, comma)).strip();
        int ignored = comma < 0 ? 0 : bits(text.substring(comma + 1).strip());
        Test test = Test.EXACTLY;
        if (tested.endsWith("+") || tested.startsWith("+")) {
            test = Test.ALL;
        } else if (tested.endsWith("*") || tested.startsWith("*")) {
            test = Test.ANY;
        }
        String letters = test == Test.EXACTLY ? tested : tested.replace(test.sign, "");
        int flags = letters.equals("0") ? 0 : bits(letters);
        if (test == Test.EXACTLY) {
            return new TcpFlags(test, flags & ~ignored, ignored);
        }
        if (comma >= 0 || flags == 0) {
            throw new IllegalArgumentException("+ and * want flags, and no flags to ignore: " + text);
        }
        return new TcpFlags(test, flags, 0);
    }

    private static int bits(String letters) {
        int bits = 0;
        for (int k = 0; k < letters.length(); k++) {
            char letter = letters.charAt(k);
            int bit = LETTERS.indexOf(letter == '1' ? 'C' : letter == '2' ? 'E' : letter);
            if (bit < 0) {
                throw new IllegalArgumentException(
                        "no TCP flag: " + letter + "; there are " + LETTERS + ", 1 and 2, and the signs + and *");
            }
            bits |= 1 << bit;
        }
        if (bits == 0) {
            throw new IllegalArgumentException("flags without a letter; 0 is none of them");
        }
        return bits;
    }

    /** The patterns, of which one must match. */
    List<TernaryPattern> addTo(TernaryPattern pattern) {
        TernaryPattern tcp = pattern.withMask(PacketKey.KIND_BIT, Byte.SIZE, PacketKey.PORTS, PacketKey.PORTS);
        List<TernaryPattern> alternatives = new ArrayList<>();
        switch (test) {
            case EXACTLY -> alternatives.add(tcp.withMask(PacketKey.TCP_FLAGS_BIT, Byte.SIZE, flags, 0xFF & ~ignored));
            case ALL -> alternatives.add(tcp.withMask(PacketKey.TCP_FLAGS_BIT, Byte.SIZE, flags, flags));
            case ANY -> {
                for (int bit = 0; bit < Byte.SIZE; bit++) {
                    if ((flags & 1 << bit) != 0) {
                        alternatives.add(tcp.withMask(PacketKey.TCP_FLAGS_BIT, Byte.SIZE, flags, 1L << bit));
                    }
                }
            }
        }
        return alternatives;
    }

    private static String letters(int bits) {
        StringBuilder letters = new StringBuilder();
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            if ((bits & 1 << bit) != 0) {
                letters.append(LETTERS.charAt(bit));
            }
        }
        return letters.toString();
    }

    /** As rules write it. */
    @Override
    public String toString() {
        return (flags == 0 ? "0" : letters(flags)) + test.sign + (ignored == 0 ? "" : "," + letters(ignored));
    }
}
