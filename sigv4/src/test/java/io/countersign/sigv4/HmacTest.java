package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HmacTest {
    @Test
    void agreesWithTheJdkForKeysAndMessagesOfAnyLength() throws Exception {
        RandomGenerator random = Seed.random(getClass());
        for (int length = 1; length < 200; length++) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            Hmac hmac = new Hmac(key);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (int i = 0; i < 5; i++) {
                byte[] message = new byte[random.nextInt(300)];
                random.nextBytes(message);
                assertArrayEquals(mac.doFinal(message), hmac.of(message), "key of " + length + " bytes");
            }
        }
    }
}
