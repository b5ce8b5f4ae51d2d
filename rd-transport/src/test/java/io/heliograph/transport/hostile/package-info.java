/** What strangers, forgers and replayers can do to an endpoint: nothing but cost it the look. */
@NullMarked
package io.heliograph.transport.hostile;

import org.jspecify.annotations.NullMarked;
