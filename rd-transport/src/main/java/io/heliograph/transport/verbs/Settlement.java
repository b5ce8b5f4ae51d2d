package io.heliograph.transport.verbs;

import io.heliograph.transport.CompletionStatus;

/** What becomes of the posts of a lane that has lost its queue pair: some end, the others go out again from their beginnings. Thread of doWork. */
final class Settlement {
    enum Fate {
        /** All go to the device again, from their beginnings. */
        AGAIN,
        /** Those whose source was deregistered while the device had them end. */
        SOURCE_GONE,
        /** Those that the device had may or may not have been carried out: they end. */
        DOUBTFUL,
        /** Those from before the queue pair broke end: the peer remembers nothing. */
        RESTARTED,
        /** All end. */
        GONE
    }

    private final Works works;
    private final VerbsRegions regions;
    private final PostCompletions posts;

    Settlement(Works works, VerbsRegions regions, PostCompletions posts) {
        this.works = works;
        this.regions = regions;
        this.posts = posts;
    }

    /** Completes the posts that {@code fate} ends and puts the others back to their beginnings; returns how many ended with PEER_GONE. */
    int settle(SendLane lane, Fate fate) {
        int gone = 0;
        int slot = lane.head;
        lane.head = Works.NONE;
        lane.tail = Works.NONE;
        lane.unhanded = Works.NONE;
        while (slot != Works.NONE) {
            int next = works.next[slot];
            int status = works.status[slot] == CompletionStatus.SUCCESS ? statusBy(fate, slot) : works.status[slot];
            if (status == CompletionStatus.REGION_GONE) {
                works.flushFencedAfter(slot);
            }
            works.next[slot] = Works.NONE;
            if (status == CompletionStatus.SUCCESS) {
                // One that may have been carried out stays known as such until the peer has told who it is.
                works.begun[slot] &= fate == Fate.SOURCE_GONE;
                works.handed[slot] = 0;
                lane.append(works, slot);
            } else {
                posts.put(status, lane.peer.number, lane.queue, works.cookie[slot], works.lengthBytes[slot]);
                works.give(slot);
                gone += status == CompletionStatus.PEER_GONE ? 1 : 0;
            }
            slot = next;
        }
        return gone;
    }

    private int statusBy(Fate fate, int slot) {
        return switch (fate) {
            case AGAIN -> CompletionStatus.SUCCESS;
            case SOURCE_GONE ->
                works.begun[slot] && regions.localKey(works.key[slot]) == VerbsRegions.GONE
                        ? CompletionStatus.REGION_GONE
                        : CompletionStatus.SUCCESS;
            case DOUBTFUL -> works.begun[slot] ? CompletionStatus.PEER_GONE : CompletionStatus.SUCCESS;
            case RESTARTED -> works.stale[slot] ? CompletionStatus.PEER_RESTARTED : CompletionStatus.SUCCESS;
            case GONE -> CompletionStatus.PEER_GONE;
        };
    }
}
