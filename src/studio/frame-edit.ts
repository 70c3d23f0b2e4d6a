import { Refused } from '../core/local-request.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from '../trimap/trimap.js';

/** One change of a frame's trimap, as the page sends it. */
export interface FrameEdit {
  /** Which page it comes from: the others have to fetch the frame anew. */
  readonly client: string;
  /** Where the page thinks that keyframes go: one left open over a restart may be of another clip. */
  readonly folder: string;
  /** Whether the frame counts as painted afterwards: taking back its first stroke makes it unpainted again. */
  readonly painted: boolean;
  /** Runs of pixels that get a value: first pixel, how many, value, and the same for the next. */
  readonly runs: readonly number[];
}

const VALUES: readonly unknown[] = [BACKGROUND, UNKNOWN, FOREGROUND];
const LONGEST_NAME = 40;

/** @throws Refused 400 for what is no edit of a trimap of so many pixels */
export function parseEdit(body: unknown, pixels: number): FrameEdit {
  const { client, folder, painted, runs } = (body ?? {}) as Partial<FrameEdit>;
  if (typeof client !== 'string' || client.length > LONGEST_NAME) throw new Refused(400, 'Whose edit?');
  if (typeof folder !== 'string') throw new Refused(400, 'Of which clip?');
  if (typeof painted !== 'boolean') throw new Refused(400, 'Is the frame painted?');
  if (!Array.isArray(runs) || runs.length % 3 !== 0) throw new Refused(400, 'An edit is a list of runs.');
  for (let i = 0; i < runs.length; i += 3) {
    const [start, length, value] = runs.slice(i, i + 3) as readonly unknown[];
    const inside = isCount(start) && isCount(length) && start + length <= pixels;
    if (!inside || !VALUES.includes(value)) throw new Refused(400, 'A run lies outside the frame.');
  }
  return { client, folder, painted, runs };
}

/** Carries an edit out, in place. */
export function applyRuns(trimap: Uint8Array, runs: readonly number[]): void {
  for (let i = 0; i < runs.length; i += 3) {
    const start = runs[i]!;
    trimap.fill(runs[i + 2]!, start, start + runs[i + 1]!);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
