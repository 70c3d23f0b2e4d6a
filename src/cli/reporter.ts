import { SingleBar } from 'cli-progress';
import type { Progress } from '../pipeline/progress.js';

/** Where a command tells people how far it is. Nothing of it reaches stdout. */
export interface Reporter {
  /** One line to read. */
  note(line: string): void;
  progress(progress: Progress): void;
  /** Where a line says more than a bar: it takes the place of the one before on a terminal. */
  status(line: string): void;
  stop(): void;
}

/** Seconds between progress lines where there is no terminal to draw a bar on. */
const LINE_INTERVAL = 5;

/** What a phase counts. */
const UNITS = {
  trimaps: 'frames',
  matte: 'frames',
  join: 'frames',
  evaluate: 'mattes',
  draw: 'pictures',
  compose: 'pictures',
} as const satisfies Record<Progress['phase'], string>;

/** A bar with frames a second and time left on a terminal, plain lines elsewhere. */
export function createReporter(stream: NodeJS.WriteStream): Reporter {
  return stream.isTTY ? new BarReporter(stream) : new LineReporter(stream);
}

class BarReporter implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;
  #phase = '';
  /** Whether the cursor stands behind a status. */
  #line = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  note(line: string): void {
    this.stop();
    this.#stream.write(`${line}\n`);
  }

  progress({ phase, frame, frames, fps, secondsLeft }: Progress): void {
    if (phase !== this.#phase || !this.#bar) {
      this.stop();
      this.#phase = phase;
      this.#bar = new SingleBar({
        format: `{phase} {bar} {value}/{total} ${UNITS[phase]}  {speed}  {left} left`,
        stream: this.#stream,
        hideCursor: true,
      });
      this.#bar.start(frames, 0, { phase: phase.padEnd(8), speed: '–', left: '–' });
    }
    this.#bar.update(frame, { speed: speed(phase, fps), left: clock(secondsLeft) });
  }

  status(line: string): void {
    this.#stream.write(`\r\x1b[K${line.slice(0, this.#stream.columns - 1)}`);
    this.#line = true;
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    if (this.#line) this.#stream.write('\n');
    this.#line = false;
  }
}

class LineReporter implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  #last = -Infinity;
  #phase = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  note(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  progress({ phase, frame, frames, fps, secondsLeft }: Progress): void {
    const now = performance.now() / 1000;
    if (phase === this.#phase && frame < frames && now - this.#last < LINE_INTERVAL) return;
    this.#phase = phase;
    this.#last = now;
    this.#stream.write(
      `${phase}: ${frame}/${frames} ${UNITS[phase]}, ${speed(phase, fps)}, ${clock(secondsLeft)} left\n`,
    );
  }

  status(line: string): void {
    const now = performance.now() / 1000;
    if (now - this.#last < LINE_INTERVAL) return;
    this.#last = now;
    this.#stream.write(`${line}\n`);
  }

  stop(): void {
    // Lines need no ending.
  }
}

/** Frames a second; mattes of photographs are minutes apart as often as moments. */
function speed(phase: Progress['phase'], perSecond: number): string {
  return UNITS[phase] === 'frames' ? `${perSecond.toFixed(1)} fps` : `${perSecond.toPrecision(2)} a second`;
}

function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}h${String(m).padStart(2, '0')}m` : `${m}:${String(s).padStart(2, '0')}`;
}
