/**
 * Recordings of frames: {@link io.heliograph.transport.capture.CaptureReader} reads pcap and pcapng files, and
 * {@link io.heliograph.transport.capture.FrameDecoder} says in names and values what a frame holds.
 *
 * <p>The cold path, for tools and tests; each object on one thread.
 */
@NullMarked
package io.heliograph.transport.capture;

import org.jspecify.annotations.NullMarked;
