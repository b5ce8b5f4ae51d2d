/**
 * Files that people write: YAML whose values know the line that they stand on, and quantities with units. Whatever is wrong ends in an {@link InputFileException}, whose message begins with the file and the line.
 *
 * <p>Read by experiments, topologies and the conformance kit's scenarios; any thread.
 */
@NullMarked
package io.heliograph.emulator.input;

import org.jspecify.annotations.NullMarked;
