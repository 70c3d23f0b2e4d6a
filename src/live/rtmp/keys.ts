import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A stream key as it is kept: what it was cannot be told from it. */
export interface StoredKey {
  /** SHA-256 of the key, hexadecimal. Keys are random, so that nothing slower is needed. */
  readonly sha256: string;
  /** Milliseconds since 1970 after which it opens nothing. */
  readonly expires: number;
}

/** Bytes of randomness in a key. */
const KEY_BYTES = 24;
/** Characters of the longest key that is looked at. */
const LONGEST = 256;

/** A new key: letters, digits, `-` and `_`, to be shown once. */
export function randomKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** What to keep of a key. @param expires - milliseconds since 1970 */
export function storeKey(key: string, expires: number): StoredKey {
  return { sha256: sha256(key).toString('hex'), expires };
}

/**
 * Whether a key is one of those kept and has not expired. All are compared, each in constant time; whatever cannot be
 * compared (no text, a damaged entry, a time that is no number) opens nothing.
 *
 * @param now - milliseconds since 1970
 */
export function opens(key: unknown, kept: readonly StoredKey[], now: number): boolean {
  if (typeof key !== 'string' || key === '' || key.length > LONGEST) return false;
  const hash = sha256(key);
  let open = false;
  for (const { sha256: hex, expires } of kept) {
    const other = Buffer.from(hex, 'hex');
    const same = other.length === hash.length && timingSafeEqual(hash, other);
    if (same && now < expires) open = true;
  }
  return open;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
