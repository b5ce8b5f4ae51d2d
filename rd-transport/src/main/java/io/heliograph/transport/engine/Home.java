package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionHandler;

/** Which engine a work queue is at home with: there its posts are taken, and there all its completions and immediates are found, in their order. */
final class Home {
    private final CompletionRings[] rings;
    private int cursor;

    Home(CompletionRings[] rings) {
        this.rings = rings;
    }

    /** How many engines there are. */
    int engines() {
        return rings.length;
    }

    int engine(int queue) {
        // A division costs as much as all else that a post needs here.
        return rings.length == 1 ? 0 : queue % rings.length;
    }

    CompletionRings rings(int queue) {
        return rings[engine(queue)];
    }

    CompletionRings ringsOfEngine(int engine) {
        return rings[engine];
    }

    /** As {@link CompletionRings#poll}, from all engines in turn. Application thread. */
    int poll(CompletionHandler handler, int limit) {
        int count = 0;
        for (int i = 0; i < rings.length && count < limit; i++) {
            cursor = cursor + 1 < rings.length ? cursor + 1 : 0;
            count += rings[cursor].poll(handler, limit - count);
        }
        return count;
    }

    /** As {@link CompletionRings#pollPosts}, from all engines. Application thread. */
    int pollPosts(CompletionHandler handler, int limit) {
        int count = 0;
        for (int i = 0; i < rings.length && count < limit; i++) {
            count += rings[i].pollPosts(handler, limit - count);
        }
        return count;
    }
}
