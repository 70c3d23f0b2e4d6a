/** Shows the keyed stream, how it goes, and what can be done about it. */
import { MediaSourcePlayer } from './media-source-player.js';
import { Picture, type PictureSize } from './picture.js';
import type { Player } from './player.js';
import { soundWithButton } from './sound-button.js';
import { WebCodecsPlayer } from './web-codecs-player.js';

/** The messages in text, as the server writes them. */
type Told =
  | ({ readonly kind: 'stream'; readonly state: 'live'; readonly decoder: string } & PictureSize)
  | { readonly kind: 'stream'; readonly state: 'waiting' }
  | { readonly kind: 'welcome'; readonly role: 'viewer' | 'operator' }
  | { readonly kind: 'notice'; readonly text: string }
  | {
      readonly kind: 'report';
      readonly fps: number;
      readonly latency: number;
      readonly arrived: number;
      readonly dropped: number;
      readonly rung: number;
      readonly rungs: number;
      readonly rungName: string;
      readonly ready: boolean;
      readonly plateFrames: number;
      readonly outputs: readonly OutputTold[];
    }
  | {
      readonly kind: 'sound';
      readonly codec: string;
      readonly sampleRate: number;
      readonly channels: number;
      readonly config: string;
    };

interface OutputTold {
  readonly name: 'record' | 'publish';
  readonly state: 'on' | 'connecting' | 'stopped';
  readonly frames: number;
  readonly dropped: number;
}

const HEADER = 16;
/** Milliseconds before it connects again, at first and at most. */
const AGAIN = [500, 8000] as const;

const at = (id: string): HTMLElement => document.getElementById(id)!;
const query = new URLSearchParams(location.search);
const canvas = at('picture') as HTMLCanvasElement;
const picture = new Picture(canvas);
// WebCodecs is there only on https and on this machine's own address.
const webCodecs = 'VideoDecoder' in window && query.get('decoder') !== 'mse';
const sound = soundWithButton(at('sound'), webCodecs, query.has('sound'));
const player = choosePlayer();
/** When the packet of a picture came, by its time; and how old it was then, milliseconds. */
const came = new Map<number, { readonly at: number; readonly latency: number }>();

let socket: WebSocket | undefined;
let wait: number = AGAIN[0];
/** Milliseconds from a frame's arrival at the server to its drawing here, smoothed. */
let latency = 0;

document.body.classList.toggle('bare', query.has('bare'));
setBackground(query.get('background') ?? (query.has('bare') ? '' : 'checked'));
at('decoder').textContent = player.name;
at('insecure').hidden = isSecureContext;
at('background').addEventListener('change', ({ target }) =>
  setBackground((target as HTMLSelectElement).value),
);
at('colour').addEventListener('input', ({ target }) => setBackground((target as HTMLInputElement).value));
at('capture').addEventListener('click', () => socket?.send(JSON.stringify({ kind: 'capture plate' })));
at('keyframe').addEventListener('click', () => void paintKeyframe());
connect();

function choosePlayer(): Player {
  const draw = (source: VideoFrame | HTMLVideoElement, time: number): void => {
    picture.draw(source);
    sound.shown(time);
    canvas.dataset.shown = String(time);
    const packet = came.get(time);
    if (!packet) return;
    latency += 0.2 * (packet.latency + performance.now() - packet.at - latency);
    for (const earlier of came.keys()) if (earlier <= time) came.delete(earlier);
  };
  return webCodecs ? new WebCodecsPlayer(draw) : new MediaSourcePlayer(draw);
}

function connect(): void {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  socket = new WebSocket(
    `${scheme}://${location.host}/stream?key=${encodeURIComponent(query.get('key') ?? '')}`,
  );
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    wait = AGAIN[0];
    say('');
  });
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => {
    if (typeof data === 'string') hear(JSON.parse(data) as Told);
    else take(data);
  });
  socket.addEventListener('close', () => {
    say('The connection is lost; it is tried again.');
    setTimeout(connect, wait);
    wait = Math.min(AGAIN[1], 2 * wait);
  });
}

function take(message: ArrayBuffer): void {
  const header = new DataView(message);
  if (header.getUint8(0) === 2) {
    sound.take({ time: header.getUint32(8), data: new Uint8Array(message, HEADER) });
    return;
  }
  if (header.getUint8(0) !== 1) return;
  const [number, time] = [header.getUint32(4), header.getUint32(8)];
  came.set(time, { at: performance.now(), latency: header.getUint32(12) });
  if (came.size > 300) came.clear();
  player.take({ key: header.getUint8(1) === 1, number, time, data: new Uint8Array(message, HEADER) });
}

function hear(told: Told): void {
  if (told.kind === 'notice') say(told.text);
  else if (told.kind === 'welcome') at('capture').hidden = at('keyframe').hidden = told.role !== 'operator';
  else if (told.kind === 'report') {
    at('fps').textContent = told.fps.toFixed(1);
    at('latency').textContent = `${Math.round(latency)} ms`;
    at('dropped').textContent = `${told.dropped} of ${told.arrived}, here ${player.dropped}`;
    at('rung').textContent = `${told.rungName} (${told.rung + 1} of ${told.rungs})`;
    at('ready').textContent = told.plateFrames > 0 ? 'plate is measured' : told.ready ? 'yes' : 'none yet';
    document.body.dataset.ready = String(told.ready && told.plateFrames === 0);
    at('advice').hidden = told.ready || at('capture').hidden;
    at('outputs').textContent = told.outputs.map(wordsFor).join(', ') || '–';
  } else if (told.kind === 'sound') {
    at('sound').hidden = false;
    sound.begin({ ...told, config: bytesOf(told.config) });
  } else if (told.state === 'live') {
    document.body.dataset.state = 'live';
    say('');
    picture.resize(told);
    came.clear();
    sound.end();
    player.begin(bytesOf(told.decoder), told.stacked);
  } else {
    document.body.dataset.state = 'waiting';
    at('sound').hidden = true;
    sound.end();
    picture.clear();
  }
}

/** Who only looks never loads what paints. */
async function paintKeyframe(): Promise<void> {
  if (document.getElementById('painter')) return;
  try {
    const { openPainter } = await import('./painter.js');
    await openPainter(query.get('key') ?? '', () => say('The keyframe is carried to the present picture.'));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function say(text: string): void {
  at('notice').textContent = text;
}

/** @param value - a colour, `checked`, or nothing: whatever is behind the page shows through */
function setBackground(value: string): void {
  const stage = at('stage');
  stage.classList.toggle('checked', value === 'checked');
  stage.style.background = /^#[0-9a-f]{6}$/i.test(value) ? value : '';
  at('colour').hidden = !value.startsWith('#');
}

/** How a recording or a relay goes, in a few words. */
function wordsFor({ name, state, frames, dropped }: OutputTold): string {
  const doing = { record: 'recording', publish: 'publishing' }[name];
  const lost = dropped > 0 ? `, ${dropped} dropped` : '';
  if (state === 'connecting') return `${doing}: connecting`;
  return state === 'stopped' ? `${doing} has stopped` : `${doing}: ${frames} frames${lost}`;
}
