/**
 * What the tests of several modules share. It knows nothing of the product.
 * Start reading at {@link io.countersign.testing.Await}.
 */
package io.countersign.testing;
