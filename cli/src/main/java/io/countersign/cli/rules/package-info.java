/** Edits list files in place, without ever losing what others write. */
package io.countersign.cli.rules;
