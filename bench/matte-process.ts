/** A process that mattes one clip as its argument says (JSON), and tells its parent how far it is. */
import { collectEarly } from '../src/core/heaps.js';
import { matteFrames, matteVideo } from '../src/pipeline/matte-video.js';
import type { MatteFramesOptions, MatteVideoOptions } from '../src/pipeline/options.js';
import type { Progress } from '../src/pipeline/progress.js';

/** A run; without an output its frames are thrown away. */
export type MatteRun = Omit<MatteFramesOptions, 'onFrame'> &
  Partial<Pick<MatteVideoOptions, 'output' | 'format' | 'segment'>>;

collectEarly();
const run = JSON.parse(process.argv[2]!) as MatteRun;
const onProgress = (progress: Progress): boolean => process.send!(progress);
const { output } = run;
await (output === undefined
  ? matteFrames({ ...run, onProgress })
  : matteVideo({ ...run, output, onProgress }));
process.disconnect();
