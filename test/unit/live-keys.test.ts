import { describe, expect, it } from 'vitest';
import { opens, randomKey, storeKey } from '../../src/live/rtmp/keys.js';

const NOW = 1_000_000;

describe('stream keys', () => {
  it('open until they expire, and only themselves', () => {
    const key = randomKey();
    const kept = [storeKey(randomKey(), NOW + 1), storeKey(key, NOW + 1)];
    expect(opens(key, kept, NOW)).toBe(true);
    expect(opens(key, kept, NOW + 1)).toBe(false);
    expect(opens(`${key}x`, kept, NOW)).toBe(false);
    expect(opens(randomKey(), kept, NOW)).toBe(false);
  });

  it('are not told by what is kept of them', () => {
    const key = randomKey();
    expect(JSON.stringify(storeKey(key, NOW))).not.toContain(key);
    expect(randomKey()).not.toBe(key);
    expect(key).toMatch(/^[\w-]{32}$/);
  });

  it('fail closed', () => {
    const key = randomKey();
    const damaged = [
      { sha256: '', expires: Infinity },
      { sha256: 'zz', expires: Infinity },
      { ...storeKey(key, NaN) },
    ];
    for (const wrong of [undefined, null, 7, {}, '', 'x'.repeat(1e6), key])
      expect(opens(wrong, damaged, NOW)).toBe(false);
    expect(opens(key, [], NOW)).toBe(false);
    expect(opens(key, [storeKey(key, NOW + 1)], NaN)).toBe(false);
  });
});
