package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.Mmio;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.PeerOrigin;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;
import java.util.Arrays;
import java.util.BitSet;

/** The address and path tables as the driver keeps them: an entry for each node, by the same index in both. */
final class DriverPeers {
    private final Mmio bar;
    private final DriverMemory memory;
    private final IpAddress own;

    DriverPeers(Mmio bar, DriverMemory memory, IpAddress own) {
        this.bar = bar;
        this.memory = memory;
        this.own = own;
    }

    /** The entry of a node, made if there is none; the Ethernet address 0 leaves finding it out to the device. */
    int add(IpAddress address, long mac) {
        int index = find(address);
        if (index >= 0 && PeerEntry.ORIGIN.getInt(memory.peer(index)) == PeerOrigin.DRIVER.value()) {
            return index;
        }
        index = index >= 0 ? index : firstFree();
        if (index < 0) {
            throw new IllegalStateException("address table is full: peers=" + memory.peers());
        }
        long entry = memory.peer(index);
        PeerEntry.ADDRESS_HIGH.put(entry, address.high());
        PeerEntry.ADDRESS_LOW.put(entry, address.low());
        PeerEntry.MAC.put(entry, mac);
        PeerEntry.COMMAND.put(entry, TableCommand.ADD.value());
        CommandStatus status = Registers.command(bar, Register.PEER_DOORBELL, index, Register.PEER_STATUS);
        if (status == CommandStatus.BAD_VALUE) {
            throw new IllegalArgumentException("peer refused: address=" + address + " own=" + own
                    + "; it must be of the same family, and no Ethernet address has more than 48 bits");
        }
        if (status != CommandStatus.OK) {
            throw new IllegalStateException("peer refused: " + status + " address=" + address);
        }
        return index;
    }

    private int find(IpAddress address) {
        for (int index = 0; index < memory.peers(); index++) {
            long entry = memory.peer(index);
            if (PeerEntry.ORIGIN.getInt(entry) != PeerOrigin.NOBODY.value()
                    && PeerEntry.ADDRESS_HIGH.get(entry) == address.high()
                    && PeerEntry.ADDRESS_LOW.get(entry) == address.low()) {
                return index;
            }
        }
        return -1;
    }

    private int firstFree() {
        for (int index = 0; index < memory.peers(); index++) {
            if (!isKnown(index)) {
                return index;
            }
        }
        return -1;
    }

    /** Whether an entry stands for a node. */
    boolean isKnown(int peer) {
        return peer >= 0
                && peer < memory.peers()
                && PeerEntry.ORIGIN.getInt(memory.peer(peer)) != PeerOrigin.NOBODY.value();
    }

    /** The address of a node. */
    IpAddress address(int peer) {
        if (!isKnown(peer)) {
            throw new IllegalArgumentException("unknown peer: peer=" + peer);
        }
        long entry = memory.peer(peer);
        return new IpAddress(PeerEntry.ADDRESS_HIGH.get(entry), PeerEntry.ADDRESS_LOW.get(entry));
    }

    /** Forbids paths to a node, and permits all others: {@link DeviceEndpoint#denyPaths}. */
    void denyPaths(int peer, BitSet denied) {
        long[] words = Arrays.copyOf(denied.toLongArray(), PathEntry.values().length);
        for (PathEntry each : PathEntry.values()) {
            each.put(memory.path(peer), words[each.offset() / Long.BYTES]);
        }
        CommandStatus status = Registers.command(bar, Register.PATH_DOORBELL, peer, Register.PATH_STATUS);
        if (status != CommandStatus.OK) {
            throw new IllegalArgumentException("paths refused: " + status + " peer=" + peer + " denied=" + denied
                    + "; entropy is counted from " + Tunables.ENTROPY_BASE);
        }
    }
}
