const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/**
 * CRC-32 as NUT uses it: polynomial 0x04C11DB7, most significant bit first, starting from 0, not inverted.
 *
 * @param crc - of the bytes before, to go on from
 */
export function crc32(bytes: Iterable<number>, crc = 0): number {
  let value = crc | 0;
  for (const byte of bytes) value = (value << 8) ^ TABLE[((value >>> 24) ^ byte) & 255]!;
  return value >>> 0;
}
