/**
 * One test or more for each numbered rule of PROTOCOL.md, as scripts in virtual time: a real endpoint, and on the other end of its wire a peer that sends
 * what the script says and looks at every frame that comes out.
 */
@NullMarked
package io.heliograph.transport.rules;

import org.jspecify.annotations.NullMarked;
