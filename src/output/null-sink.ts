import type { FrameSink } from './sink.js';

/** Takes frames and writes nothing: for runs that only look at them. */
export function nullSink(): FrameSink {
  let frames = 0;
  return {
    // Never used: there is no picture to fill.
    packing: { pixelFormat: 'gray16le', premultiplied: false },
    packedBytes: 0,
    write: () => {
      frames += 1;
      return Promise.resolve();
    },
    finish: () => Promise.resolve({ path: '', frames, bytes: 0, notices: [] }),
    abort: () => Promise.resolve(),
  };
}
