/**
 * Recordings of frames: {@link io.heliograph.transport.capture.CapturePort} writes each frame that passes a port to a pcapng file,
 * {@link io.heliograph.transport.capture.CaptureReader} reads pcap and pcapng files, and
 * {@link io.heliograph.transport.capture.FrameDecoder} says in names and values what a frame holds.
 *
 * <p>The capture port is called on the thread that polls it; the rest is the cold path, for tools and tests, each object on one thread.
 */
@NullMarked
package io.heliograph.transport.capture;

import org.jspecify.annotations.NullMarked;
