package io.countersign.standin.upload;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** The checksums of objects, each as {@code x-amz-checksum-...} has it. */
enum Checksum {
    CRC32 {
        @Override
        byte[] bytes(byte[] object) {
            CRC32 crc = new CRC32();
            crc.update(object);
            return ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        }
    },
    CRC32C {
        @Override
        byte[] bytes(byte[] object) {
            CRC32C crc = new CRC32C();
            crc.update(object);
            return ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        }
    },
    CRC64NVME {
        @Override
        byte[] bytes(byte[] object) {
            long crc = -1;
            for (byte each : object) {
                crc = (crc >>> 8) ^ NVME[(int) (crc ^ each) & 0xff];
            }
            return ByteBuffer.allocate(8).putLong(~crc).array();
        }
    },
    SHA1 {
        @Override
        byte[] bytes(byte[] object) {
            return digest("SHA-1", object);
        }
    },
    SHA256 {
        @Override
        byte[] bytes(byte[] object) {
            return digest("SHA-256", object);
        }
    };

    private static final String PREFIX = "x-amz-checksum-";

    /** For each byte, by the polynomial of NVM Express (Base Specification 2.0, section 5.2.1.3.4), its bits reflected. */
    private static final long[] NVME = table(0x9a6c9329ac4bc9b5L);

    abstract byte[] bytes(byte[] object);

    /** By the name of a trailer; empty where it is none that can be verified. */
    static Optional<Checksum> named(String trailer) {
        return Arrays.stream(values())
                .filter(each -> trailer.equals(PREFIX + each.name().toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** In Base64. */
    String of(byte[] object) {
        return Base64.getEncoder().encodeToString(bytes(object));
    }

    private static long[] table(long polynomial) {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ polynomial;
            }
            table[i] = crc;
        }
        return table;
    }

    private static byte[] digest(String algorithm, byte[] object) {
        try {
            return MessageDigest.getInstance(algorithm).digest(object);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
