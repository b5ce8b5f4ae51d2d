package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes progress with all communicators over one endpoint, whichever of them is called: turns the endpoint, hands completions to the communicator that they are for, and has each go on. A
 * communicator has a number, its <em>context</em>, that is the same at all its ranks and that no other communicator of any of them has; it travels with every immediate.
 */
final class Progress implements CompletionHandler {
    /** Bytes of {@link #contexts}: the number to look from, and a bit for each context. */
    static final int CONTEXTS_BYTES = Integer.BYTES + Immediate.CONTEXTS / Byte.SIZE;

    private static final int POLL_LIMIT = 64;
    private static final int ID_SHIFT = Integer.SIZE;

    private final Transport transport;
    private final int turnsPerWork;
    private final @Nullable Channels[] channels = new Channels[Immediate.CONTEXTS];
    private final boolean[] taken = new boolean[Immediate.CONTEXTS];
    private Turner[] turners = {};
    private final List<Early> early = new ArrayList<>();
    private final List<Buffers> buffers = new ArrayList<>();
    /** Of communicators that are closed, while another may be reading or writing them. */
    private final List<Buffers> orphans = new ArrayList<>();

    private int last;
    private int serial;
    private int turns;

    /** An immediate for a communicator that the other rank has opened already, and this one not yet. */
    private record Early(int peer, int immediate, long lengthBytes) {}

    Progress(Transport transport) {
        this.transport = transport;
        turnsPerWork = transport.turnsPerWork();
    }

    /** Which contexts are taken here, to agree on one that is free everywhere. */
    byte[] contexts() {
        ByteBuffer card = ByteBuffer.allocate(CONTEXTS_BYTES).putInt(last);
        for (int from = 0; from < taken.length; from += Byte.SIZE) {
            int bits = 0;
            for (int i = 0; i < Byte.SIZE; i++) {
                bits |= taken[from + i] ? 1 << i : 0;
            }
            card.put((byte) bits);
        }
        return card.array();
    }

    /** The context that all ranks take who know these {@link #contexts} of each: the next that is free at all of them, after the last that any had. */
    static int agree(List<byte[]> contexts) {
        int start = 0;
        byte[] all = new byte[CONTEXTS_BYTES];
        for (int rank = 0; rank < contexts.size(); rank++) {
            byte[] card = contexts.get(rank);
            if (card.length != CONTEXTS_BYTES) {
                throw new CollectiveException(
                        rank, "rank " + rank + " runs another version: bytes=" + card.length + "; use one version");
            }
            start = Math.max(start, ByteBuffer.wrap(card).getInt());
            for (int i = Integer.BYTES; i < card.length; i++) {
                all[i] |= card[i];
            }
        }
        for (int i = 1; i <= Immediate.CONTEXTS; i++) {
            int context = start + i & Immediate.CONTEXTS - 1;
            if ((all[Integer.BYTES + context / Byte.SIZE] >> context % Byte.SIZE & 1) == 0) {
                return context;
            }
        }
        throw new CollectiveException(
                CollectiveException.UNKNOWN_RANK,
                "too many communicators: " + Immediate.CONTEXTS + " over one endpoint; close some");
    }

    /** Takes a context: what comes for it is kept until {@link #attach}. */
    void reserve(int context) {
        taken[context] = true;
        last = context;
    }

    /** Gives back a context that is for nobody any more. */
    void release(int context) {
        taken[context] = false;
        early.removeIf(one -> Immediate.context(one.immediate()) == context);
    }

    /** A number for cookies of a communicator in a context, which tells it from former ones. */
    int newId(int context) {
        return ++serial * Immediate.CONTEXTS + context;
    }

    /** The cookie of a post of a communicator: its id, and what it likes to know the post by. */
    static long cookie(int id, int index) {
        return (long) id << ID_SHIFT | index & (1L << ID_SHIFT) - 1;
    }

    /** A communicator is there; it gets what came for it earlier. */
    void attach(int context, Channels newChannels, Turner turner) {
        channels[context] = newChannels;
        turners = Arrays.copyOf(turners, turners.length + 1);
        turners[turners.length - 1] = turner;
        for (Early one : early) {
            if (Immediate.context(one.immediate()) == context) {
                newChannels.onImmediate(one.peer(), one.immediate(), one.lengthBytes());
            }
        }
        early.removeIf(one -> Immediate.context(one.immediate()) == context);
    }

    /** A communicator is gone; its context stays taken until {@link #release}. */
    void detach(int context, Turner turner) {
        channels[context] = null;
        List<Turner> fewer = new ArrayList<>(Arrays.asList(turners));
        fewer.remove(turner);
        turners = fewer.toArray(Turner[]::new);
    }

    /** The buffers of all communicators: what one of them registered serves in the calls of any. */
    List<Buffers> buffers() {
        return buffers;
    }

    /** Takes buffers back, at once or, while another communicator may use them, later. */
    void retire(Buffers gone) {
        buffers.remove(gone);
        orphans.add(gone);
        for (Turner turner : turners) {
            if (turner.isBusy()) {
                return;
            }
        }
        orphans.forEach(Buffers::free);
        orphans.clear();
    }

    /** All communicators go on as far as they can without waiting. Allocates nothing. */
    void turn() {
        if (++turns >= turnsPerWork) {
            turns = 0;
            transport.work();
        }
        poll();
        for (Turner turner : turners) {
            turner.goOn();
        }
    }

    /** A duty cycle and a look at completions, and no more: for what may not go on before there is room for a post. */
    void makeRoom() {
        transport.workOnAll();
        poll();
    }

    private void poll() {
        transport.endpoint().poll(this, POLL_LIMIT);
    }

    /** Looks at all completions that there are, and no more. */
    void look() {
        while (transport.endpoint().poll(this, POLL_LIMIT) >= POLL_LIMIT) {
            // More may have been there.
        }
    }

    @Override
    public void onCompletion(Completion completion) {
        int peer = completion.peer();
        switch (completion.kind()) {
            case Completion.WRITE -> {
                long cookie = completion.cookie();
                int id = (int) (cookie >> ID_SHIFT);
                Channels sender = channels[id & Immediate.CONTEXTS - 1];
                if (sender != null && sender.id() == id) {
                    sender.onWritten((int) cookie, peer, completion.status());
                }
                if (completion.status() == CompletionStatus.PEER_GONE
                        || completion.status() == CompletionStatus.PEER_RESTARTED) {
                    onLost(peer, completion.status());
                }
            }
            case Completion.PEER_EVENT -> onLost(peer, completion.status());
            default -> {
                int context = Immediate.context(completion.immediate());
                Channels receiver = channels[context];
                if (receiver != null) {
                    receiver.onImmediate(peer, completion.immediate(), completion.lengthBytes());
                } else if (taken[context]) {
                    early.add(new Early(peer, completion.immediate(), completion.lengthBytes()));
                }
            }
        }
    }

    /** Whichever communicator noticed, it concerns all that have this rank. */
    private void onLost(int peer, int status) {
        for (Turner turner : turners) {
            turner.channels().onLost(peer, status);
        }
    }
}
