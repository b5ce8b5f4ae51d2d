package io.heliograph.benchmarks.soak;

import java.io.IOException;
import java.io.RandomAccessFile;

/** The resident set of this process, as Linux tells it in {@code /proc/self/status} (proc(5)). One thread; asking allocates nothing. */
final class ResidentSet implements AutoCloseable {

    private static final String STATUS = "/proc/self/status";
    private static final byte[] LABEL = {'\n', 'V', 'm', 'R', 'S', 'S', ':'};
    private static final int MOST_BYTES = 8_192;
    private static final int DECIMAL = 10;
    private static final long KIBIBYTE = 1_024;

    private final RandomAccessFile status = new RandomAccessFile(STATUS, "r");
    private final byte[] text = new byte[MOST_BYTES];

    ResidentSet() throws IOException {}

    /** Bytes, now; 0 if the system does not say. */
    long bytes() throws IOException {
        status.seek(0);
        int length = 0;
        int more = status.read(text, 0, text.length);
        while (more > 0) {
            length += more;
            more = status.read(text, length, text.length - length);
        }
        return parse(text, length);
    }

    /** Reads the line {@code VmRSS:   1234 kB}. */
    static long parse(byte[] text, int length) {
        for (int at = 0; at + LABEL.length < length; at++) {
            if (startsWithLabel(text, at)) {
                int digit = at + LABEL.length;
                while (digit < length && (text[digit] == ' ' || text[digit] == '\t')) {
                    digit++;
                }
                long kibibytes = 0;
                for (; digit < length && text[digit] >= '0' && text[digit] <= '9'; digit++) {
                    kibibytes = kibibytes * DECIMAL + text[digit] - '0';
                }
                return kibibytes * KIBIBYTE;
            }
        }
        return 0;
    }

    private static boolean startsWithLabel(byte[] text, int at) {
        for (int i = 0; i < LABEL.length; i++) {
            if (text[at + i] != LABEL[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        status.close();
    }
}
