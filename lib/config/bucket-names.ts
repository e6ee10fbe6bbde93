/** Prefixes and suffixes that S3 reserves, without those that contain a dot; `-an` is for account regional namespaces. */
const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '--x-s3', '--table-s3', '-an'];

/**
 * Describes what is wrong with the name of a bucket; `undefined` means that nothing is. A dot is refused, since with it TLS
 * fails for virtual-hosted requests. That also excludes IP addresses and names that end in `.mrap`.
 * Source: Amazon S3 User Guide, "General purpose bucket naming rules".
 */
export function bucketNameMistake(name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) {
    return 'must be a name of a bucket: 3 to 63 of a-z, 0-9 and "-", beginning and ending with a letter or a digit';
  }
  const prefix = RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved));
  if (prefix) return `must not begin with ${prefix}, which Amazon S3 reserves`;
  const suffix = RESERVED_SUFFIXES.find((reserved) => name.endsWith(reserved));
  return suffix && `must not end with ${suffix}, which Amazon S3 reserves`;
}
