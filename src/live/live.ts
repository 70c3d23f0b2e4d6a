import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { closeAll, type Closer } from '../core/closers.js';
import { asError, MatteflowError } from '../core/errors.js';
import { SocketHub } from '../output/socket-hub.js';
import { openFfmpeg } from '../pipeline/open-ffmpeg.js';
import { serveHealth } from './health-server.js';
import { KeyedOutputs } from './keyed-outputs.js';
import { KeyframeDesk } from './keyframe-desk.js';
import { LiveMatter } from './matter.js';
import { LiveMetrics } from './metrics.js';
import { DEFAULTS, type LiveOptions } from './options.js';
import { planOutputs } from './plan-outputs.js';
import { readKeyframe } from './read-keyframe.js';
import { randomKey, storeKey } from './rtmp/keys.js';
import { superviseRtmp } from './rtmp/supervisor.js';
import { StreamHost } from './stream-host.js';
import { ViewerGate } from './viewer-gate.js';
import { serveViewers } from './viewer-server.js';

/** A running live service. */
export interface LiveService {
  readonly rtmpPort: number;
  readonly httpPort: number;
  readonly healthPort: number;
  /** Model, engine and device. */
  readonly engine: string;
  /** Rejects when it cannot go on; never resolves. */
  readonly failed: Promise<never>;
  /** Ends everything: publisher, viewers, processes, threads. */
  close(): Promise<void>;
}

/**
 * Takes one publisher's RTMP, mattes it and shows it to viewers, until it is closed.
 *
 * @throws MatteflowError `USAGE` for ports that cannot be had, TLS files that are none and two sources of trimaps, what
 *   `LiveMatter.open` and `readKeyframe` throw, `TOOL_MISSING`, `INPUT_MISSING` for TLS files
 */
export async function startLive(options: LiveOptions): Promise<LiveService> {
  const settings = { ...DEFAULTS, ...options };
  checkTrimaps(options);
  const { host, onNotice, signal = new AbortController().signal } = options;
  const closers: Closer[] = [];
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  // Whoever awaits it still hears of it; before, it must not end the process.
  failed.catch(() => undefined);
  try {
    const ffmpeg = await openFfmpeg(options, signal);
    const keyframe = options.keyframe
      ? await readKeyframe(options.keyframe.picturePath, options.keyframe.trimapPath)
      : undefined;
    const outputs = await planOutputs(options, ffmpeg, signal);
    const tls = options.tls && (await readTls(options.tls));
    const matter = await LiveMatter.open(options, onNotice);
    closers.push(() => matter.close());

    const hub = new SocketHub();
    const metrics = new LiveMetrics(
      () => ({
        count: hub.viewers,
        waitingBytes: hub.waiting,
        dropped: hub.dropped,
      }),
      () => matter.busySeconds,
    );
    const desk = new KeyframeDesk(matter.memory, keyframe);
    const playKey = randomKey();
    const stream = new StreamHost({
      ...{ ffmpeg, matter, hub, metrics, desk },
      outputs: new KeyedOutputs(outputs),
      targets: { most: settings.latency, comfortable: settings.latency / 2 },
      onNotice: (notice) => onNotice?.(notice),
    });
    closers.push(() => stream.close());

    const gate = new ViewerGate({
      viewKeys: options.viewKeys,
      operatorKeys: options.operatorKeys,
      origins: options.origins ?? [],
      most: settings.viewers,
      mostAnAddress: settings.viewersAnAddress,
    });
    const viewers = await serveViewers({
      host: host ?? DEFAULTS.host,
      port: settings.httpPort,
      ...(tls && { tls }),
      ...{ gate, hub, desk },
      onCommand: () => stream.capturePlate(),
      onRefused: (why) => metrics.refused(`viewer: ${why}`),
    });
    closers.push(() => viewers.close());

    const health = await serveHealth(settings.healthPort, metrics, () => stream.health);
    closers.push(() => health.close());

    const rtmp = await superviseRtmp(
      {
        host: settings.host,
        port: settings.rtmpPort,
        publishKeys: options.publishKeys,
        playKey: storeKey(playKey, Number.MAX_SAFE_INTEGER),
      },
      (event) => stream.hear(event, (port) => `rtmp://127.0.0.1:${port}/live/${playKey}`),
      fail,
    );
    // First of all: no more publishers.
    closers.push(() => rtmp.close());
    return {
      rtmpPort: rtmp.port,
      httpPort: viewers.port,
      healthPort: health.port,
      engine: matter.engine,
      failed,
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

function checkTrimaps({ keyframe, trimapModel }: LiveOptions): void {
  if (!keyframe || trimapModel === undefined) return;
  throw new MatteflowError('USAGE', {
    what: 'a stream begins with trimaps from one source only',
    seen: '--keyframe and --trimap-model',
    remedy: 'Leave out one of them; a keyframe can still be painted on the page',
  });
}

async function readTls({
  certPath,
  keyPath,
}: {
  certPath: string;
  keyPath: string;
}): Promise<{ cert: string; key: string }> {
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((cause: unknown) => {
      throw new MatteflowError('INPUT_MISSING', {
        what: 'the file for TLS cannot be read',
        seen: asError(cause).message,
        expected: 'a PEM file',
        subject: path,
        cause,
      });
    });
  const [cert, key] = await Promise.all([read(certPath), read(keyPath)]);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new MatteflowError('USAGE', {
      what: 'the certificate and its key cannot be used',
      seen: asError(cause).message,
      expected: `a certificate in ${certPath} and its private key in ${keyPath}, both PEM`,
      cause,
    });
  }
  return { cert, key };
}
