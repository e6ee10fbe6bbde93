/** Base64 of 32 bytes. */
const DIGEST = /^[A-Za-z0-9+/]{43}=$/;

/**
 * SHA-256 of a whole object, hex, from the checksum that S3 keeps with it; `undefined` where S3 keeps none.
 *
 * Of an object uploaded in parts S3 keeps a checksum of the parts' checksums, `…=-2` for two: that says nothing of the
 * whole. Source: Amazon S3 User Guide, "Checking object integrity", full object and composite checksum types.
 */
export function fullObjectSha256(checksum: string | undefined): string | undefined {
  return checksum !== undefined && DIGEST.test(checksum) ? Buffer.from(checksum, 'base64').toString('hex') : undefined;
}
