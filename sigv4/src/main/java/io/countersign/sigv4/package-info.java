/** AWS Signature Version 4, on the JDK alone. */
package io.countersign.sigv4;
