package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.layout.EventEntry;

/**
 * An event that tells of misuse: a fault of the driver or of what it was given.
 *
 * @param type an {@link io.heliograph.emulator.device.layout.EventType}
 * @param code an {@link io.heliograph.emulator.device.layout.CommandStatus}, or of a write fault the status that was lost
 * @param queue the queue, or 0xffff
 * @param index of the entry, or register offset
 * @param information the value or address that was refused
 * @param timeNs device time
 */
public record DeviceEvent(int type, int code, int queue, int index, long information, long timeNs) {
    static DeviceEvent at(long entry) {
        return new DeviceEvent(
                EventEntry.TYPE.getInt(entry),
                EventEntry.CODE.getInt(entry),
                EventEntry.QUEUE.getInt(entry),
                EventEntry.INDEX.getInt(entry),
                EventEntry.INFORMATION.get(entry),
                EventEntry.TIME.get(entry));
    }
}
