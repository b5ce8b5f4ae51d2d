package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;

/** Sprays packets over the entropy values of one peer, each in turn (R11.1). */
final class EntropySpray {
    private int cursor;

    int next() {
        cursor = cursor + 1 & Tunables.ENTROPY_VALUES - 1;
        return Tunables.ENTROPY_BASE + cursor;
    }
}
