package io.heliograph.emulator.conformance;

import java.util.List;
import java.util.Set;

/** A device around a device that hands on everything but its registers: the wrappers override what they change. Closing it closes the device within. */
abstract class DeviceWrapper implements DeviceUnderTest {
    /** The device within. */
    final DeviceUnderTest device;

    DeviceWrapper(DeviceUnderTest device) {
        this.device = device;
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public Set<Ability> abilities() {
        return device.abilities();
    }

    @Override
    public String address() {
        return device.address();
    }

    @Override
    public int incarnation() {
        return device.incarnation();
    }

    @Override
    public int windowPackets() {
        return device.windowPackets();
    }

    @Override
    public int mtuBytes() {
        return device.mtuBytes();
    }

    @Override
    public int receiveSlots() {
        return device.receiveSlots();
    }

    @Override
    public long nowNs() {
        return device.nowNs();
    }

    @Override
    public long settleNs() {
        return device.settleNs();
    }

    @Override
    public long toleranceNs() {
        return device.toleranceNs();
    }

    @Override
    public long patienceNs() {
        return device.patienceNs();
    }

    @Override
    public String peerAddress(int number) {
        return device.peerAddress(number);
    }

    @Override
    public void deliver(byte[] frame) {
        device.deliver(frame);
    }

    @Override
    public void runUntil(long ns) {
        device.runUntil(ns);
    }

    @Override
    public List<SentFrame> take() {
        return device.take();
    }

    @Override
    public Region register(int lengthBytes, boolean peersMayWrite) {
        return device.register(lengthBytes, peersMayWrite);
    }

    @Override
    public void deregister(Region region) {
        device.deregister(region);
    }

    @Override
    public byte[] read(Region region) {
        return device.read(region);
    }

    @Override
    public byte[] read(Region region, int offset, int lengthBytes) {
        return device.read(region, offset, lengthBytes);
    }

    @Override
    public void fill(Region region, byte[] bytes) {
        device.fill(region, bytes);
    }

    @Override
    public int guardBytes() {
        return device.guardBytes();
    }

    @Override
    public void addPeer(String peer) {
        device.addPeer(peer);
    }

    @Override
    public int post(PostedWrite write) {
        return device.post(write);
    }

    @Override
    public List<Told> poll(int limit) {
        return device.poll(limit);
    }

    @Override
    public void loadRates(String table) {
        device.loadRates(table);
    }

    @Override
    public void denyPath(String peer, int entropy) {
        device.denyPath(peer, entropy);
    }

    @Override
    public void close() {
        device.close();
    }
}
