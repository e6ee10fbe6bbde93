/** Base64 of 32 bytes. */
const DIGEST = /^[A-Za-z0-9+/]{43}=$/;

/**
 * SHA-256 of a whole object, hex, from the checksum that S3 stores with it; `undefined` when S3 stores none.
 *
 * For an object uploaded in parts S3 stores a checksum of the parts' checksums (`…=-2` for two parts), from which the
 * object's SHA-256 cannot be derived. Source: Amazon S3 User Guide, "Checking object integrity", full object and composite
 * checksum types.
 */
export function fullObjectSha256(checksum: string | undefined): string | undefined {
  return checksum !== undefined && DIGEST.test(checksum) ? Buffer.from(checksum, 'base64').toString('hex') : undefined;
}
