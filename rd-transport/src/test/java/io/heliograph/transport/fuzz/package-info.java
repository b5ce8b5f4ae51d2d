/** The receive path under anything that a network can bring: the target, its stage, and what an attacker may do there. */
@NullMarked
package io.heliograph.transport.fuzz;

import org.jspecify.annotations.NullMarked;
