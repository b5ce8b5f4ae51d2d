package io.heliograph.transport.simulation;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the memory of all that an object holds on to, by reflection: our own classes' and Agrona's fields, arrays, and the elements of collections. The
 * JDK's own objects count by what they hold, not by how. Sizes are those that HotSpot has with compressed references and class pointers: 12 bytes before the fields of an object and 16
 * before an array's elements, 4 a reference, all rounded up to 8.
 */
final class ObjectGraph {
    private static final int HEADER_BYTES = 12;
    private static final int ARRAY_HEADER_BYTES = 16;
    private static final int REFERENCE_BYTES = 4;
    private static final int ALIGNMENT = 8;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Object> toVisit = new ArrayDeque<>();
    private long bytes;

    private ObjectGraph() {}

    static long bytes(Object root) {
        ObjectGraph graph = new ObjectGraph();
        graph.found(root);
        while (!graph.toVisit.isEmpty()) {
            graph.visit(graph.toVisit.remove());
        }
        // The root is nobody's.
        return graph.bytes - REFERENCE_BYTES;
    }

    private void found(@Nullable Object object) {
        bytes += REFERENCE_BYTES;
        if (object != null && seen.add(object)) {
            toVisit.add(object);
        }
    }

    private void visit(Object object) {
        Class<?> type = object.getClass();
        bytes += type.isArray() ? ARRAY_HEADER_BYTES : HEADER_BYTES;
        if (type.isArray()) {
            int length = Array.getLength(object);
            for (int i = 0; i < length; i++) {
                if (type.getComponentType().isPrimitive()) {
                    bytes += sizeOf(type.getComponentType());
                } else {
                    found(Array.get(object, i));
                }
            }
        } else if (object instanceof Collection<?> elements && !isOurs(type)) {
            elements.forEach(this::found);
        } else if (object instanceof Map<?, ?> map) {
            map.values().forEach(this::found);
        } else {
            visitFields(object, type);
        }
        bytes = bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }

    private void visitFields(Object object, Class<?> type) {
        for (Class<?> each = type; each != null && isOurs(each); each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                if (field.getType().isPrimitive()) {
                    bytes += sizeOf(field.getType());
                } else {
                    found(valueOf(field, object));
                }
            }
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("io.heliograph.") || type.getName().startsWith("org.agrona.");
    }

    private static @Nullable Object valueOf(Field field, Object object) {
        try {
            field.setAccessible(true);
            Object value = field.get(object);
            // What the simulation holds is not the node's.
            return value != null && value.getClass().getPackageName().equals(ObjectGraph.class.getPackageName())
                    ? null
                    : value;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static int sizeOf(Class<?> primitive) {
        return primitive == long.class || primitive == double.class
                ? Long.BYTES
                : primitive == int.class || primitive == float.class
                        ? Integer.BYTES
                        : primitive == short.class || primitive == char.class ? Short.BYTES : Byte.BYTES;
    }
}
