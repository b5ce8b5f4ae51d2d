package io.heliograph.transport.simulation.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Loads the transport's classes a second time, some of them changed, so that bugs can be tried without a switch in the product.
 *
 * <p>Uses the JDK's class-file API (JEP 484).
 */
public final class MutatingLoader extends ClassLoader {
    private static final String OWN = "io.heliograph.transport.";

    private final Predicate<String> own;
    private final List<Edit> edits;
    private final ConcurrentHashMap<Edit, AtomicInteger> changes = new ConcurrentHashMap<>();

    /**
     * A loader whose classes are edited.
     *
     * @throws IllegalStateException if an edit changes nothing: what it was meant for is called otherwise now
     */
    MutatingLoader(List<Edit> edits) {
        this(edits, name -> name.startsWith(OWN));
    }

    /**
     * As {@link #MutatingLoader(List)}, for others than the transport's classes.
     *
     * @param own which classes it loads itself, by name
     */
    public MutatingLoader(List<Edit> edits, Predicate<String> own) {
        super(MutatingLoader.class.getClassLoader());
        this.own = own;
        this.edits = List.copyOf(edits);
        for (Edit edit : edits) {
            try {
                loadClass(edit.className());
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("mutation of a class that does not exist: " + edit.className(), e);
            }
            if (!changes.containsKey(edit)) {
                throw new IllegalStateException("mutation that changes nothing: class=" + edit.className() + " method="
                        + edit.method() + "; fit it to the code as it is now");
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!own.test(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = read(name);
        List<Edit> own = new ArrayList<>(edits);
        own.removeIf(edit -> !edit.className().equals(name));
        for (Edit edit : own) {
            bytes = apply(edit, bytes);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] apply(Edit edit, byte[] bytes) {
        ClassFile classFile = ClassFile.of();
        ClassTransform transform = ClassTransform.transformingMethodBodies(
                method -> edit.isFor(method.methodName().stringValue()),
                edit.transform()
                        .of(count -> changes.computeIfAbsent(edit, _ -> new AtomicInteger())
                                .addAndGet(count)));
        return classFile.transformClass(classFile.parse(bytes), transform);
    }

    private byte[] read(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
