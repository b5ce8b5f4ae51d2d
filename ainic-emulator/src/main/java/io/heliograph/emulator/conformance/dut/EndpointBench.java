package io.heliograph.emulator.conformance.dut;

import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.emulator.conformance.DeviceUnderTest;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The application side of a device that is used through an {@link Endpoint}, with guards around all memory. */
abstract class EndpointBench implements DeviceUnderTest {
    private static final int GUARD_BYTES = 64;
    private static final int PAGE = 4096;
    private static final byte UNTOUCHED = 0x5A;

    private record Block(MemorySegment memory, MemoryRegion region) {}

    final DeviceSetup setup;
    final Arena arena = Arena.ofShared();
    private final List<Block> blocks = new ArrayList<>();

    EndpointBench(DeviceSetup setup) {
        this.setup = setup;
    }

    abstract Endpoint endpoint();

    @Override
    public String address() {
        return setup.address();
    }

    @Override
    public String peerAddress(int number) {
        return setup.withNode(number).address();
    }

    @Override
    public int incarnation() {
        return setup.incarnation();
    }

    @Override
    public int windowPackets() {
        return setup.windowPackets();
    }

    @Override
    public int mtuBytes() {
        return setup.mtuBytes();
    }

    @Override
    public Region register(int lengthBytes, boolean peersMayWrite) {
        MemorySegment memory = arena.allocate(lengthBytes + 2L * PAGE, PAGE).fill(UNTOUCHED);
        MemoryRegion region =
                endpoint().register(memory.asSlice(PAGE, lengthBytes), peersMayWrite ? MemoryRegion.REMOTE_WRITE : 0);
        blocks.add(new Block(memory.asSlice(PAGE - GUARD_BYTES, lengthBytes + 2L * GUARD_BYTES), region));
        return new Region(blocks.size() - 1, region.address(), region.key(), lengthBytes);
    }

    @Override
    public void deregister(Region region) {
        endpoint().deregister(blocks.get(region.number()).region());
    }

    @Override
    public byte[] read(Region region) {
        return blocks.get(region.number()).memory().toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public byte[] read(Region region, int offset, int lengthBytes) {
        return blocks.get(region.number())
                .memory()
                .asSlice(GUARD_BYTES + offset, lengthBytes)
                .toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void fill(Region region, byte[] bytes) {
        MemorySegment.copy(
                bytes,
                0,
                blocks.get(region.number()).memory(),
                ValueLayout.JAVA_BYTE,
                GUARD_BYTES,
                Math.min(bytes.length, region.lengthBytes()));
    }

    @Override
    public int guardBytes() {
        return GUARD_BYTES;
    }

    @Override
    public void addPeer(String peer) {
        endpoint().addPeer(IpAddress.parse(peer));
    }

    @Override
    public int post(PostedWrite write) {
        Integer immediate = write.immediate();
        return endpoint()
                .post(
                        immediate != null,
                        write.fenced(),
                        write.queue(),
                        endpoint().addPeer(IpAddress.parse(write.peer())),
                        blocks.get(write.source().number()).region(),
                        write.offset(),
                        write.lengthBytes(),
                        write.remoteAddress(),
                        write.remoteKey(),
                        immediate == null ? 0 : immediate,
                        write.cookie());
    }

    @Override
    public List<Told> poll(int limit) {
        List<Told> told = new ArrayList<>();
        endpoint()
                .poll(
                        completion -> told.add(new Told(
                                completion.kind(),
                                completion.status(),
                                completion.cookie(),
                                completion.immediate(),
                                completion.queue(),
                                completion.lengthBytes(),
                                endpoint().peerAddress(completion.peer()).toString())),
                        limit);
        return told;
    }

    /** A rate table as scenarios write it. */
    static RateTable parse(String table) {
        try {
            return RateTableFile.read(new StringReader(table), "scenario");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
