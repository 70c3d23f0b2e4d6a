import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { randomKey, storeKey } from '../../src/live/rtmp/keys.js';
import { superviseRtmp, type RtmpSupervisor, type SupervisorEvent } from '../../src/live/rtmp/supervisor.js';

const FFMPEG = 'ffmpeg';

/** A running server, the key that opens it, and all that has happened at it. */
export interface TestServer {
  readonly server: RtmpSupervisor;
  readonly key: string;
  readonly events: readonly SupervisorEvent[];
  /** The first event that fits, now or later; those before `from` do not count. */
  event(fits: (event: SupervisorEvent) => boolean, from?: number): Promise<SupervisorEvent>;
}

export async function startServer(expires: number = Date.now() + 3_600_000): Promise<TestServer> {
  const key = randomKey();
  const events: SupervisorEvent[] = [];
  const waiting = new Set<() => void>();
  const server = await superviseRtmp(
    {
      host: '127.0.0.1',
      port: 0,
      publishKeys: [storeKey(key, expires)],
      playKey: storeKey(randomKey(), expires),
    },
    (event) => {
      events.push(event);
      for (const look of waiting) look();
    },
    (error) => {
      throw error;
    },
  );
  const event: TestServer['event'] = (fits, from = 0) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = events.slice(from).find(fits);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { server, key, events, event };
}

/** ffmpeg publishing made pictures, and what its end was. */
export interface Publisher {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

/** @param input - ffmpeg's input options; default a small moving pattern in real time */
export function publish(
  url: string,
  options: { input?: readonly string[]; output?: readonly string[] } = {},
): Publisher {
  const {
    input = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x96:rate=15'],
    output = ['-g', '15', '-t', '60'],
  } = options;
  const child = spawn(
    FFMPEG,
    [
      ...['-nostdin', '-v', 'error', ...input],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
      ...[...output, '-f', 'flv', url],
    ],
    { stdio: 'ignore' },
  );
  return { child, ended: new Promise((resolve) => child.once('exit', resolve)) };
}

/** Everything a publisher says to the server in a session of some frames. */
export async function recordSession(port: number, key: string): Promise<Buffer> {
  const said: Buffer[] = [];
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    client.on('data', (data) => said.push(data));
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port: here } = proxy.address() as AddressInfo;
  await publish(`rtmp://127.0.0.1:${here}/live/${key}`, {
    input: ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=15'],
    output: ['-frames:v', '6'],
  }).ended;
  proxy.close();
  return Buffer.concat(said);
}

/** A publisher of pictures that a test draws, in real time. */
export interface DrawnPublisher extends Publisher {
  /** Ends as a camera that is switched off: says so to the server. */
  stop(): Promise<void>;
}

/** @param draw - fills a picture, interleaved R′G′B′ bytes; asked for each frame as it is sent */
export function publishDrawn(
  url: string,
  { width, height, fps }: { width: number; height: number; fps: number },
  draw: (rgb: Uint8Array, frame: number) => void,
): DrawnPublisher {
  const child = spawn(
    FFMPEG,
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', `${fps}`],
      ...['-use_wallclock_as_timestamps', '1', '-i', 'pipe:0', '-c:v', 'libx264', '-preset', 'ultrafast'],
      ...['-tune', 'zerolatency', '-crf', '16', '-pix_fmt', 'yuv420p', '-g', `${fps}`, '-f', 'flv', url],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const { stdin } = child;
  stdin.on('error', () => undefined);
  const rgb = new Uint8Array(3 * width * height);
  let frame = 0;
  const timer = setInterval(() => {
    if (stdin.writableLength > 0) return;
    draw(rgb, frame);
    frame += 1;
    stdin.write(Uint8Array.from(rgb));
  }, 1000 / fps);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  void ended.then(() => clearInterval(timer));
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    stdin.end();
    await ended;
  };
  return { child, ended, stop };
}
