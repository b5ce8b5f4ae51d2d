/**
 * Models as files, whatever kind of file it is, and the one that is shipped. What loads a model calls this; on the caller's thread, cold path.
 */
@NullMarked
package io.heliograph.offload.modelfile;

import org.jspecify.annotations.NullMarked;
