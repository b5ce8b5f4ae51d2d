/** The C library's functions that the other packages of this module need and the JDK lacks. Set-up only, any thread. */
@NullMarked
package io.heliograph.bindings.posix;

import org.jspecify.annotations.NullMarked;
