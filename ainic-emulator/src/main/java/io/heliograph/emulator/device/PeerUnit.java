package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.PeerOrigin;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.HashMap;
import java.util.Map;

/**
 * The address table: which of its entries stands for which peer of the endpoint. The driver adds entries; so does the device, from the end of the table, for nodes that it has to tell of and that
 * have none.
 */
final class PeerUnit extends TableUnit {
    /** The number of no peer. */
    static final int NOBODY = -1;

    private static final int READ_WRITE = HostMemory.READ | HostMemory.WRITE;
    private static final long MAC_BITS = 0xffff_ffff_ffffL;

    private final Map<Integer, Integer> peerByIndex = new HashMap<>();
    private final Map<Integer, Integer> indexByPeer = new HashMap<>();

    PeerUnit(HostMemory memory, Bus bus, Counts counts) {
        super(new TableMemory(memory, bus, counts, PeerEntry.ENTRY_BYTES), READ_WRITE);
    }

    /** The endpoint's number for an entry, or {@link #NOBODY}. */
    int peer(int index) {
        return peerByIndex.getOrDefault(index, NOBODY);
    }

    @Override
    CommandStatus obey(PacketEndpoint present, int index, long entry) {
        boolean adds = PeerEntry.COMMAND.getInt(entry) == TableCommand.ADD.value();
        CommandStatus status = adds ? add(present, index, entry) : CommandStatus.BAD_COMMAND;
        PeerEntry.STATUS.put(entry, status.value());
        return status;
    }

    private CommandStatus add(PacketEndpoint present, int index, long entry) {
        IpAddress address = new IpAddress(PeerEntry.ADDRESS_HIGH.get(entry), PeerEntry.ADDRESS_LOW.get(entry));
        long mac = PeerEntry.MAC.get(entry);
        if ((mac & ~MAC_BITS) != 0) {
            return CommandStatus.BAD_VALUE;
        }
        // One entry for each peer, and one peer for each entry; looked at first, because a peer that was added stays.
        int taken = peer(index);
        if (taken != NOBODY && !present.peerAddress(taken).equals(address)) {
            return CommandStatus.BUSY;
        }
        int peer;
        try {
            peer = mac == 0 ? present.addPeer(address) : present.addPeer(address, new MacAddress(mac));
        } catch (IllegalArgumentException e) {
            return CommandStatus.BAD_VALUE;
        } catch (IllegalStateException e) {
            return CommandStatus.FULL;
        }
        Integer elsewhere = indexByPeer.get(peer);
        if (elsewhere != null && elsewhere != index) {
            return CommandStatus.BUSY;
        }
        join(peer, index);
        PeerEntry.ORIGIN.put(entry, PeerOrigin.DRIVER.value());
        return CommandStatus.OK;
    }

    /** The entry of a peer that the device has to tell of, made if there is none. */
    int indexOf(int peer) {
        Integer known = indexByPeer.get(peer);
        if (known != null) {
            return known;
        }
        int index = freeIndex();
        if (index == NOBODY) {
            return NOBODY;
        }
        join(peer, index);
        PacketEndpoint present = endpoint();
        long entry = table().entry(index, HostMemory.WRITE);
        if (present != null && entry != TableMemory.NOWHERE) {
            IpAddress address = present.peerAddress(peer);
            PeerEntry.ADDRESS_HIGH.put(entry, address.high());
            PeerEntry.ADDRESS_LOW.put(entry, address.low());
            PeerEntry.MAC.put(entry, 0);
            PeerEntry.COMMAND.put(entry, TableCommand.EMPTY.value());
            PeerEntry.STATUS.put(entry, CommandStatus.OK.value());
            PeerEntry.ORIGIN.put(entry, PeerOrigin.LEARNED.value());
        }
        return index;
    }

    /** The last entry that is free, or whose peer gave way to another. */
    private int freeIndex() {
        for (int index = table().entries() - 1; index >= 0; index--) {
            Integer peer = peerByIndex.get(index);
            if (peer == null || isGone(peer)) {
                return index;
            }
        }
        return NOBODY;
    }

    private boolean isGone(int peer) {
        PacketEndpoint present = endpoint();
        if (present == null) {
            return true;
        }
        try {
            return present.peerAddress(peer) == null;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private void join(int peer, int index) {
        Integer former = peerByIndex.put(index, peer);
        if (former != null && former != peer) {
            indexByPeer.remove(former);
        }
        indexByPeer.put(peer, index);
    }

    @Override
    void reset() {
        super.reset();
        peerByIndex.clear();
        indexByPeer.clear();
    }
}
