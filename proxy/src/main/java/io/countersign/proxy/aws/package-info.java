/** What is particular to each AWS service, one row each. */
package io.countersign.proxy.aws;
