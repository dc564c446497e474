/**
 * Uploads in S3's own frame, {@code aws-chunked}: taken apart, and each of their signatures and checksums verified. Start reading at
 * {@link io.countersign.standin.upload.UploadVerifier}.
 */
package io.countersign.standin.upload;
