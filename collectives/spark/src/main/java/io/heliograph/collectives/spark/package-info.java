/**
 * Collectives inside a job of Apache Spark: the tasks of a barrier stage are the ranks.
 *
 * <p>A module of its own, so that who links {@code collectives} does not get 220 MB of Spark; Spark itself is provided by the cluster. Called within tasks, one communicator a task; the example is what users copy.
 */
@NullMarked
package io.heliograph.collectives.spark;

import org.jspecify.annotations.NullMarked;
