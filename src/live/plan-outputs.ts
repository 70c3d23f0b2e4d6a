import { MatteflowError } from '../core/errors.js';
import { requireFeature, type Ffmpeg } from '../ffmpeg/tools.js';
import { parseColour } from '../output/background-colour.js';
import { inspectPlate } from '../output/open-sink.js';
import { parseBackground, STUDIO_GREEN } from '../pipeline/output-of.js';
import type { OutputsParts } from './keyed-outputs.js';
import type { LiveOptions } from './options.js';
import { requireRecording } from './recording.js';
import { parseRtmpAddress } from './rtmp-address.js';

/**
 * What the stream goes to besides viewers. Whatever can be known to fail fails here, before anybody publishes.
 *
 * @throws MatteflowError `USAGE` for names, addresses and colours that are none, `OUTPUT_UNWRITABLE`, `TOOL_FAILED`;
 *   `INPUT_…` for a background that is missing or no video
 */
export async function planOutputs(
  { record, rtmpOut, background, onNotice: tell }: LiveOptions,
  ffmpeg: Ffmpeg,
  signal: AbortSignal,
): Promise<OutputsParts> {
  const onNotice = (notice: string): void => tell?.(notice);
  const recording = record === undefined ? undefined : { ffmpeg, path: record, onNotice };
  if (recording) await requireRecording(recording);
  if (rtmpOut === undefined) {
    if (background !== undefined) throw needless();
    return { ...(recording && { record: recording }), onNotice };
  }
  requireFeature(ffmpeg, 'libx264');
  const address = parseRtmpAddress(rtmpOut);
  const chosen = parseBackground(background ?? STUDIO_GREEN);
  if (chosen.kind === 'colour') parseColour(chosen.value);
  const plate = await inspectPlate(ffmpeg, { path: '', format: 'composite', background: chosen }, signal);
  const relay = { ffmpeg, address, backdrop: { background: chosen, plate }, onNotice };
  return { ...(recording && { record: recording }), relay, onNotice };
}

function needless(): MatteflowError {
  return new MatteflowError('USAGE', {
    what: 'a background is for what is published on',
    remedy: 'Add --rtmp-out, or leave --background out: pages choose their own',
  });
}
