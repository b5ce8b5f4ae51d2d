package io.heliograph.collectives.spark;

import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.collectives.bootstrap.StringExchange;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.execute.JobTransport;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/**
 * The tasks of a Spark barrier stage as the ranks of a communicator. Ranks are the numbers of partitions; {@link BarrierTaskContext#allGather} is the rendezvous, so that Spark says who takes part, and no port is opened.
 *
 * <pre>{@code
 * JavaRDD<Model> models = SparkRanks.mapPartitions(points, rows -> {
 *     try (JobCommunicator job = SparkRanks.open(CommunicatorConfig.DEFAULT)) {
 *         return List.of(train(job.communicator(), rows)).iterator();
 *     }
 * });
 * }</pre>
 *
 * <p>All tasks of the stage call the same. A task that fails fails the stage; what the others wait for ends with a {@link io.heliograph.collectives.CollectiveException} within the timeout of the configuration.
 */
public final class SparkRanks {
    /** What executors' JVMs need, for {@code spark.executor.extraJavaOptions}: the Vector API that reduces, native memory, and what Agrona opens. */
    public static final List<String> JAVA_OPTIONS = List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");

    private SparkRanks() {}

    /**
     * As {@link JavaRDD#mapPartitions(FlatMapFunction)}, in a barrier stage: all tasks run at the same time, or none. In Scala, {@code rdd.barrier().mapPartitions} is the same.
     *
     * @param rows a rank for each partition; the cluster must have as many free slots
     * @param function called in a task, where {@link #open} may be
     */
    public static <T, R> JavaRDD<R> mapPartitions(JavaRDD<T> rows, FlatMapFunction<Iterator<T>, R> function) {
        // What Spark's own Java API gives where Scala has the type.
        ClassTag<R> any = ClassTag.apply(Object.class);
        Function1<scala.collection.Iterator<T>, scala.collection.Iterator<R>> task =
                (Function1<scala.collection.Iterator<T>, scala.collection.Iterator<R>> & Serializable)
                        part -> CollectionConverters.asScala(call(function, CollectionConverters.asJava(part)));
        return JavaRDD.fromRDD(rows.rdd().barrier().mapPartitions(task, false, any), any);
    }

    private static <T, R> Iterator<R> call(FlatMapFunction<Iterator<T>, R> function, Iterator<T> rows) {
        try {
            return function.call(rows);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Opens a communicator of all tasks of this task's barrier stage, whose executors are on one host: chunks go by direct placement in shared memory. One in a task, and best one task in an executor.
     *
     * @param config the same at all tasks
     * @throws io.heliograph.bindings.EnvironmentException if there is no shared memory
     * @throws io.heliograph.collectives.CollectiveException if the tasks contradict each other, or are on several hosts
     * @throws IllegalStateException if this is no task of a barrier stage
     */
    public static JobCommunicator open(CommunicatorConfig config) {
        return open(config, JobTransport.DIRECT);
    }

    /**
     * The same over any transport, so that executors may be on several hosts: {@link JobTransport#packets} or {@link JobTransport#nearest}, made in the task, for each opens ports of its own machine. The rank in a port's
     * arguments is the number of the partition; Spark says where that runs.
     *
     * @param config the same at all tasks
     * @param transport of the same kind at all tasks
     * @throws io.heliograph.bindings.EnvironmentException if the executor's machine lacks what the transport needs
     * @throws io.heliograph.collectives.CollectiveException if the tasks contradict each other, or are not within each other's reach
     * @throws IllegalStateException if this is no task of a barrier stage
     */
    public static JobCommunicator open(CommunicatorConfig config, JobTransport transport) {
        BarrierTaskContext task = task();
        return JobCommunicator.open(task.partitionId(), task.getTaskInfos().length, exchange(task), config, transport);
    }

    /** The rendezvous alone, for who opens a communicator by other means; {@link #open(CommunicatorConfig, JobTransport)} meets by it. */
    public static Exchange exchange(BarrierTaskContext task) {
        return StringExchange.over(task::allGather);
    }

    private static BarrierTaskContext task() {
        // Spark's own getter casts what there is.
        if (TaskContext.get() instanceof BarrierTaskContext task) {
            return task;
        }
        throw new IllegalStateException("no task of a barrier stage: call this in SparkRanks.mapPartitions");
    }
}
