package io.heliograph.emulator.conformance.live;

import io.heliograph.emulator.conformance.NotOfferedException;
import io.heliograph.transport.IpAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

/** A device at the other end of a cable of which nothing is known but its address and a region: peers write to it, and its answers are judged. */
final class TargetDevice extends LiveDevice {
    private static final int SUBNETS = 255;
    private static final long IPV6_PREFIX = 0xFFFF_FFFF_0000_0000L;

    private final IpAddress address;
    private final TargetRegion region;
    private final int windowPackets;
    private final int mtuBytes;
    private final IntSupplier subnets;
    private int subnet;

    /**
     * A device that no peer of this scenario has talked to.
     *
     * @param subnets gives the next number of an unused subnet of peers, from 1 on
     */
    TargetDevice(
            LiveLink link,
            LiveTiming timing,
            IpAddress address,
            TargetRegion region,
            int windowPackets,
            int mtuBytes,
            IntSupplier subnets) {
        super(link, timing);
        this.address = address;
        this.region = region;
        this.windowPackets = windowPackets;
        this.mtuBytes = mtuBytes;
        this.subnets = subnets;
    }

    @Override
    public String name() {
        return "target " + address;
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(Ability.TIMERS);
    }

    @Override
    public String address() {
        return address.toString();
    }

    /** Peers of each scenario have addresses of their own, so that the device has no relation with them yet: the third number of an IPv4 address is the scenario's. */
    @Override
    String addressOf(int number) {
        if (subnet == 0) {
            subnet = subnets.getAsInt();
        }
        if (address.isIpv4()) {
            if (subnet > SUBNETS) {
                throw new NotOfferedException("the addresses of 255 scenarios are used up: use IPv6, or fewer seeds");
            }
            int ip = address.ipv4();
            return IpAddress.ofIpv4(ip & 0xFFFF_0000 | ((ip >>> 8) + subnet & 0xFF) << 8 | number)
                    .toString();
        }
        return new IpAddress(address.high(), address.low() & IPV6_PREFIX | (long) subnet << 16 | number).toString();
    }

    /** Only its packets tell. */
    @Override
    public int incarnation() {
        return 0;
    }

    @Override
    public int windowPackets() {
        return windowPackets;
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
    }

    /** Nobody knows. */
    @Override
    public int receiveSlots() {
        return 0;
    }

    @Override
    public Region register(int lengthBytes, boolean peersMayWrite) {
        if (!peersMayWrite || lengthBytes > region.lengthBytes()) {
            throw nothing();
        }
        return new Region(0, region.address(), region.key(), region.lengthBytes());
    }

    private static NotOfferedException nothing() {
        return new NotOfferedException("the device has no agent that could do this");
    }

    @Override
    public void deregister(Region taken) {
        throw nothing();
    }

    @Override
    public byte[] read(Region unread) {
        throw nothing();
    }

    @Override
    public void fill(Region unwritten, byte[] bytes) {
        throw nothing();
    }

    @Override
    public int guardBytes() {
        return 0;
    }

    @Override
    public void addPeer(String peer) {
        throw nothing();
    }

    @Override
    public int post(PostedWrite write) {
        throw nothing();
    }

    @Override
    public List<Told> poll(int limit) {
        throw nothing();
    }

    @Override
    public void loadRates(String table) {
        throw nothing();
    }

    @Override
    public void denyPath(String peer, int entropy) {
        throw nothing();
    }
}
