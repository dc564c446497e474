package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DerivedKeyPairTest {
    /** Known answers with which AWS's own implementations check that they derive the same key as IAM. */
    @Test
    void derivesTheKeyThatAwsDerives() {
        AwsCredentials keys =
                AwsCredentials.longLived("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom");

        assertEquals(
                "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd",
                HexFormat.of().formatHex(DerivedKeyPair.scalar(keys)));
        assertEquals(
                "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
                PublicKeys.point(keys).getAffineX().toString(16));
        assertEquals(
                "515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0",
                PublicKeys.point(keys).getAffineY().toString(16));
    }

    @Test
    void derivesTheKeyOfTheTestSuite() {
        assertEquals(
                "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1",
                PublicKeys.point(Example.KEYS).getAffineX().toString(16));
    }

    @Test
    void takesCandidatesUpToTheOrderLessTwo() {
        BigInteger order = DerivedKeyPair.P256.getOrder();

        assertTrue(DerivedKeyPair.isInRange(bytes(BigInteger.ZERO)));
        assertTrue(DerivedKeyPair.isInRange(bytes(order.subtract(BigInteger.TWO))));
        assertTrue(!DerivedKeyPair.isInRange(bytes(order.subtract(BigInteger.ONE))));
        assertTrue(!DerivedKeyPair.isInRange(bytes(order)));
        assertTrue(!DerivedKeyPair.isInRange(bytes(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE))));
    }

    @Test
    void addsOneWithItsCarries() {
        for (String hex : new String[] {"0", "ff", "ffff", "100ff", "fffffffffffffffffffffffffffffffffffffffff"}) {
            BigInteger number = new BigInteger(hex, 16);
            byte[] bytes = bytes(number);
            DerivedKeyPair.addOne(bytes);
            assertEquals(number.add(BigInteger.ONE), new BigInteger(1, bytes));
        }
    }

    private static byte[] bytes(BigInteger number) {
        byte[] all = new byte[32];
        byte[] some = number.toByteArray();
        int length = Math.min(some.length, all.length);
        System.arraycopy(some, some.length - length, all, all.length - length, length);
        return all;
    }
}
