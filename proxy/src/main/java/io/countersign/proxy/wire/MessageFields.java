package io.countersign.proxy.wire;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;

/**
 * The fields of one message in their order, as an array that is searched from its beginning.
 *
 * <p>Netty's own headers are a hash table. For the ten fields or so that a message has, which are asked for some thirty times, a
 * search that compares lengths first takes less time than hashing each name asked for, and the array is a fifth of the garbage.
 *
 * <p>It validates nothing: it is for what {@link FieldSection} has judged, and for what is ours. Names have no case. A value is
 * kept as its {@code toString()}, so that a date has to be written out by who sets it.
 */
public final class MessageFields extends HttpHeaders {
    /** Name and value by turns. */
    private String[] texts;

    private int length;

    /** A bit for each length that a name has or had, modulo 64: most names that are asked for are not there, and have another length. */
    private long nameLengths;

    /** @param capacity fields for which there is room before the array has to grow */
    public MessageFields(int capacity) {
        texts = new String[2 * capacity];
    }

    private String name(int at) {
        return texts[at];
    }

    private String value(int at) {
        return texts[at + 1];
    }

    /** Where the next field of that name is, from {@code at} on; -1 when there is none. */
    private int find(String name, int at) {
        if ((nameLengths & 1L << name.length()) == 0) {
            return -1;
        }
        for (int i = at; i < length; i += 2) {
            if (texts[i].length() == name.length() && texts[i].equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    private MessageFields append(String name, String value) {
        if (length == texts.length) {
            texts = Arrays.copyOf(texts, Math.max(16, 2 * length));
        }
        texts[length] = Objects.requireNonNull(name, "name");
        texts[length + 1] = Objects.requireNonNull(value, "value");
        length += 2;
        nameLengths |= 1L << name.length();
        return this;
    }

    @Override
    public String get(String name) {
        int at = find(name, 0);
        return at < 0 ? null : value(at);
    }

    @Override
    public List<String> getAll(String name) {
        int at = find(name, 0);
        if (at < 0) {
            return List.of();
        }
        int next = find(name, at + 2);
        if (next < 0) {
            return List.of(value(at));
        }
        List<String> values = new ArrayList<>();
        for (; at >= 0; at = find(name, at + 2)) {
            values.add(value(at));
        }
        return values;
    }

    @Override
    public Iterator<String> valueStringIterator(CharSequence name) {
        return getAll(name.toString()).iterator();
    }

    @Override
    public boolean contains(String name) {
        return find(name, 0) >= 0;
    }

    @Override
    public boolean isEmpty() {
        return length == 0;
    }

    @Override
    public int size() {
        return length / 2;
    }

    @Override
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < length; i += 2) {
            names.add(name(i));
        }
        return names;
    }

    @Override
    public List<Map.Entry<String, String>> entries() {
        List<Map.Entry<String, String>> entries = new ArrayList<>(size());
        forEach(entries::add);
        return entries;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's, since its own has to make strings for it; these are strings
    public Iterator<Map.Entry<String, String>> iterator() {
        return new Walk<>() {
            @Override
            Map.Entry<String, String> entry(int at) {
                return Map.entry(name(at), value(at));
            }
        };
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iteratorCharSequence() {
        return new Walk<>() {
            @Override
            Map.Entry<CharSequence, CharSequence> entry(int at) {
                return Map.entry(name(at), value(at));
            }
        };
    }

    private abstract class Walk<E> implements Iterator<E> {
        private int next;

        abstract E entry(int at);

        @Override
        public boolean hasNext() {
            return next < length;
        }

        @Override
        public E next() {
            if (next >= length) {
                throw new NoSuchElementException();
            }
            E entry = entry(next);
            next += 2;
            return entry;
        }
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        return append(name, value.toString());
    }

    @Override
    public HttpHeaders add(String name, Iterable<?> values) {
        values.forEach(value -> append(name, value.toString()));
        return this;
    }

    @Override
    public HttpHeaders addInt(CharSequence name, int value) {
        return append(name.toString(), Integer.toString(value));
    }

    @Override
    public HttpHeaders addShort(CharSequence name, short value) {
        return addInt(name, value);
    }

    @Override
    public HttpHeaders set(String name, Object value) {
        String text = value.toString();
        remove(name);
        return append(name, text);
    }

    @Override
    public HttpHeaders set(String name, Iterable<?> values) {
        remove(name);
        return add(name, values);
    }

    @Override
    public HttpHeaders setInt(CharSequence name, int value) {
        return set(name.toString(), Integer.toString(value));
    }

    @Override
    public HttpHeaders setShort(CharSequence name, short value) {
        return setInt(name, value);
    }

    @Override
    public HttpHeaders remove(String name) {
        for (int at = find(name, 0); at >= 0; at = find(name, at)) {
            length -= 2;
            System.arraycopy(texts, at + 2, texts, at, length - at);
            texts[length] = null;
            texts[length + 1] = null;
        }
        return this;
    }

    @Override
    public HttpHeaders clear() {
        Arrays.fill(texts, 0, length, null);
        length = 0;
        nameLengths = 0;
        return this;
    }

    @Override
    public HttpHeaders copy() {
        MessageFields copy = new MessageFields(0);
        copy.texts = Arrays.copyOf(texts, length);
        copy.length = length;
        copy.nameLengths = nameLengths;
        return copy;
    }

    @Override
    public Integer getInt(CharSequence name) {
        String value = get(name);
        try {
            return value == null ? null : Integer.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Override
    public int getInt(CharSequence name, int otherwise) {
        Integer value = getInt(name);
        return value == null ? otherwise : value;
    }

    @Override
    public Short getShort(CharSequence name) {
        Integer value = getInt(name);
        return value == null || value.shortValue() != value ? null : value.shortValue();
    }

    @Override
    public short getShort(CharSequence name, short otherwise) {
        Short value = getShort(name);
        return value == null ? otherwise : value;
    }

    /** Nobody here asks for a date in this way; {@link HttpDate} reads one. */
    @Override
    public Long getTimeMillis(CharSequence name) {
        throw new UnsupportedOperationException("a date is read by HttpDate");
    }

    @Override
    public long getTimeMillis(CharSequence name, long otherwise) {
        throw new UnsupportedOperationException("a date is read by HttpDate");
    }
}
