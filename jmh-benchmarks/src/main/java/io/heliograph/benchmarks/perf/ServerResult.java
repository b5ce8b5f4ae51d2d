package io.heliograph.benchmarks.perf;

/**
 * One size as a server saw it.
 *
 * @param bytes message size
 * @param packets data packets accepted
 * @param heapBytesPerPacket of the server's polling thread
 * @param checked messages looked at
 * @param wrong those of them that did not hold what was sent
 */
public record ServerResult(long bytes, long packets, double heapBytesPerPacket, long checked, long wrong) {}
