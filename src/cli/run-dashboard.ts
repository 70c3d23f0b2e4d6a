import type { RunningClip, RunState } from '../dataset/run-board.js';
import type { Reporter } from './reporter.js';

/** Milliseconds between two drawings, and between two lines where there is no terminal. */
const DRAWN_EVERY = 200;
const LINE_EVERY = 5000;
/** Running clips that are listed at most. */
const MOST_LISTED = 12;

/** Shows a run on a terminal, drawn over itself; elsewhere a line now and then. */
export class RunDashboard {
  readonly #stream: NodeJS.WriteStream;
  readonly #reporter: Reporter;
  #drawn = 0;
  #last = -Infinity;

  constructor(stream: NodeJS.WriteStream, reporter: Reporter) {
    this.#stream = stream;
    this.#reporter = reporter;
  }

  /** Draws, unless it has just done so and there is more to come. */
  show(state: RunState): void {
    const now = performance.now();
    const over = state.done + state.dead === state.clips;
    if (!over && now - this.#last < (this.#stream.isTTY ? DRAWN_EVERY : LINE_EVERY)) return;
    this.#last = now;
    if (this.#stream.isTTY) this.#draw(state);
    else this.#reporter.note(summary(state));
  }

  #draw(state: RunState): void {
    this.#erase();
    const lines = [summary(state), ...state.running.slice(0, MOST_LISTED).map(runningLine)];
    this.#stream.write(lines.map((line) => `${line.slice(0, this.#stream.columns - 1)}\n`).join(''));
    this.#drawn = lines.length;
  }

  /** A line that stays, above the drawing. */
  note(line: string): void {
    this.#erase();
    this.#reporter.note(line);
  }

  #erase(): void {
    if (this.#drawn > 0) this.#stream.write(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }
}

function summary({ clips, done, kept, dead, running, secondsLeft }: RunState): string {
  return [
    `${done}/${clips} clips done${kept > 0 ? ` (${kept} before)` : ''}`,
    dead > 0 && `${dead} failed`,
    running.length > 0 && `${running.length} running`,
    Number.isFinite(secondsLeft) && secondsLeft > 0 && `${duration(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(', ');
}

function runningLine({ name, progress }: RunningClip): string {
  if (!progress) return `  ${name}`;
  const { phase, frame, frames } = progress;
  const filled = frames > 0 ? Math.round((20 * frame) / frames) : 0;
  return `  ${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${frame}/${frames} ${phase}  ${name}`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
