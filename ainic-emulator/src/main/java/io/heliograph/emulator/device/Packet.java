package io.heliograph.emulator.device;

/** A frame on its way in or out, with what the pipeline has found out about it. */
final class Packet extends Item {
    long frame;
    int lengthBytes;
    int payloadBytes;
    /** Whether bytes go to host memory: a data packet whose key is known. */
    boolean places;

    int key;
    boolean isData;
    int engine;
    /** Whether it concerns everybody on the link, and so all engines: a pause, ARP or neighbour discovery (R10.6). */
    boolean isForAll;

    void clear() {
        frame = 0;
        lengthBytes = 0;
        payloadBytes = 0;
        places = false;
        key = 0;
        isData = false;
        engine = 0;
        isForAll = false;
        psn = 0;
        donePs = 0;
    }
}
