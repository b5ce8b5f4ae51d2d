/**
 * Recording what passes a port: {@link io.heliograph.transport.capture.CapturePort} writes each frame to a pcapng file.
 *
 * <p>Called on the thread that polls the port.
 */
@NullMarked
package io.heliograph.transport.capture;

import org.jspecify.annotations.NullMarked;
