package io.heliograph.benchmarks.files;

import java.util.function.LongSupplier;

/** Who wants to see a file go. */
@FunctionalInterface
public interface Progress {

    /** Nobody. */
    Progress NONE = (name, bytes, soFar) -> new Watch() {
        @Override
        public void done() {
            // Nobody looks.
        }

        @Override
        public void close() {
            // Nobody looked.
        }
    };

    /**
     * Starts to watch a file.
     *
     * @param soFar bytes sent, retransmissions included; may be asked from any thread
     */
    Watch watch(String name, long bytes, LongSupplier soFar);

    /** From the first byte of a file to its last; closed without {@link #done} if it was not sent. */
    interface Watch extends AutoCloseable {
        /** The file is sent whole. */
        void done();

        @Override
        void close();
    }
}
