/**
 * Reads what others say a job sends: logs of AICB, workloads of SimAI, Chakra execution traces.
 *
 * <p>Readers check all of their input and guess nothing: what they do not know is an error that names file and line. Any thread.
 */
@NullMarked
package io.heliograph.collectives.planning.workload;

import org.jspecify.annotations.NullMarked;
