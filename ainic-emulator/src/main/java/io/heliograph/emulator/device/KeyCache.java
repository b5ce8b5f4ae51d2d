package io.heliograph.emulator.device;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which keys the device has at hand: those that were used last. */
final class KeyCache {
    private final Map<Integer, Boolean> keys;

    KeyCache(int capacity) {
        keys = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                return size() > capacity;
            }
        };
    }

    /** Uses a key; whether it was at hand. */
    boolean use(int key) {
        return keys.put(key, true) != null;
    }

    void clear() {
        keys.clear();
    }
}
