import type { ChildProcess, SpawnOptions } from 'node:child_process';
import Fluent from 'fluent-ffmpeg';
import { asError } from '../core/errors.js';

/** Lines of a tool's stderr that are kept. A broken file can make ffmpeg say the same thing for every frame. */
const KEPT_LINES = 20;
/** Characters of them that reach a message. */
const KEPT_CHARACTERS = 1500;

/** How a tool ended: `failure` is absent after exit code 0. Never rejects. */
export interface Exit {
  readonly failure?: Error;
  /** The last lines it wrote to stderr. */
  readonly complaint: string;
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly exit: Promise<Exit>;
}

type Ring = { get(): string };

/** fluent-ffmpeg's spawn, which its type declarations leave out. The library is archived, so it will not move. */
interface FluentSpawner {
  setFfmpegPath(path: string): void;
  _spawnFfmpeg(
    args: readonly string[],
    options: SpawnOptions & { captureStdout: boolean; stdoutLines: number },
    onProcess: (child: ChildProcess) => void,
    onEnd: (error?: Error | null, stdout?: Ring, stderr?: Ring) => void,
  ): void;
}

/**
 * Starts `binary` (a path, or a name looked up on PATH) with exactly these arguments, through fluent-ffmpeg's spawn.
 *
 * Its `run()` is not used: it first asks the tool for its codecs and formats and keeps the answers for every later
 * binary, leaves the stream it was given open when ffmpeg dies, and reports errors as text.
 *
 * @param stdin - whether the tool reads a pipe (`child.stdin`) or nothing
 * @param stdout - whether the tool writes a pipe (`child.stdout`) or nothing; or the descriptor that it writes to
 * @param ownGroup - whether a terminal's Ctrl-C does not reach it
 */
export function spawnTool(
  binary: string,
  args: readonly string[],
  { stdin, stdout, ownGroup = false }: { stdin: boolean; stdout: boolean | number; ownGroup?: boolean },
): Spawned {
  const command = Fluent() as unknown as FluentSpawner;
  let child: ChildProcess | undefined;
  const exit = new Promise<Exit>((resolve) => {
    // The path lives in the library's module scope: it is set and read within this one synchronous turn.
    command.setFfmpegPath(binary);
    command._spawnFfmpeg(
      args,
      {
        stdio: [stdio(stdin), stdio(stdout), 'pipe'],
        detached: ownGroup,
        windowsHide: true,
        captureStdout: false,
        stdoutLines: KEPT_LINES,
      },
      (started) => {
        child = started;
      },
      (error, _stdout, stderr) => {
        const complaint = (stderr?.get() ?? '').trim().slice(-KEPT_CHARACTERS);
        resolve(error ? { failure: asError(error), complaint } : { complaint });
      },
    );
  });
  if (!child) throw new Error(`${binary} was not started`);
  return { child, exit };
}

function stdio(pipe: boolean | number): 'pipe' | 'ignore' | number {
  if (typeof pipe === 'number') return pipe;
  return pipe ? 'pipe' : 'ignore';
}
