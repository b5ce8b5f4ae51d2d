package io.heliograph.emulator.device;

/** Something on its way through the pipeline. */
class Item {
    /** When the step that it is in is done with it. */
    long donePs;
    /** The PSN of its packet, if it is one. */
    int psn;
}
