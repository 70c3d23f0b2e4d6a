/** What the server says, and what it is asked; the same in src/studio. */

export interface ClipFacts {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Number of the first frame. */
  readonly first: number;
  readonly count: number;
  readonly fps: number;
  /** Width over height of one pixel. */
  readonly aspect: number;
}

export interface PaintedFrame {
  readonly number: number;
  readonly saved: boolean;
  readonly revision: number;
}

export interface PropagationStatus {
  readonly running: boolean;
  readonly done: number;
  readonly stale: boolean;
  readonly suggestions: readonly number[];
  readonly failure?: string;
}

export interface ServerState {
  /** Of one run of the server. */
  readonly run: string;
  readonly clip: ClipFacts;
  readonly folder: string;
  readonly model: string;
  readonly device: string;
  readonly proxies: number;
  /** Numbers of frames that begin another shot. */
  readonly cuts: readonly number[];
  readonly painted: readonly PaintedFrame[];
  readonly propagated: readonly (readonly [number: number, confidence: number])[];
  readonly propagation: PropagationStatus;
}

/** What arrives by itself, by name. */
export interface ServerEvents {
  readonly state: ServerState;
  /** `number`: the frame that was changed, by the page `client`, or by none in particular. */
  readonly painted: {
    readonly client?: string;
    readonly number?: number;
    readonly frames: readonly PaintedFrame[];
  };
  readonly propagated: { readonly number: number; readonly confidence: number; readonly done: number };
  readonly propagation: PropagationStatus;
  /** `cut`: the number of the frame just made, if it begins another shot. */
  readonly proxies: { readonly made: number; readonly cut?: number; readonly failure?: string };
  readonly alive: null;
}

/** The server has understood, and refuses. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @throws Refusal; TypeError when the server cannot be reached */
export async function call(path: string, body?: unknown): Promise<Response> {
  const response = await fetch(
    path,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) },
  );
  if (!response.ok) throw new Refusal(response.status, await response.text());
  return response;
}

/** A frame's trimap, a byte a pixel; undefined where there is none. */
export async function fetchTrimap(
  number: number,
  kind: 'painted' | 'propagated',
): Promise<Uint8Array | undefined> {
  const response = await call(`/frames/${number}/${kind}`);
  return response.status === 204 ? undefined : new Uint8Array(await response.arrayBuffer());
}

/** Milliseconds between attempts to reach a server that has gone. */
const RETRY = 1500;
/** Milliseconds without a sign of life after which it counts as gone; it gives one every five seconds. */
const SILENCE = 15_000;

/** Listens for as long as the page is open; connects again whenever the connection is lost. */
export function listen(
  handlers: { readonly [Name in keyof ServerEvents]?: (event: ServerEvents[Name]) => void },
  onLost: (reason: 'gone' | 'restarted') => void,
): void {
  const source = new EventSource('/events');
  let silence: number | undefined;
  const lost = (): void => {
    clearTimeout(silence);
    source.close();
    void call('/').then(
      () => onLost('gone'),
      (error: unknown) => onLost(error instanceof Refusal ? 'restarted' : 'gone'),
    );
    setTimeout(() => listen(handlers, onLost), RETRY);
  };
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENCE);
  };
  source.addEventListener('error', lost);
  for (const [name, handle] of Object.entries(handlers) as [string, (event: unknown) => void][]) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      heard();
      handle(JSON.parse(data));
    });
  }
  source.addEventListener('alive', heard);
}
