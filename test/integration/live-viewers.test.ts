import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, type RawData } from 'ws';
import { seededRandom, type Random } from '../../fixtures/random.js';
import type { ViewerCommand } from '../../src/live/commands.js';
import { KeyframeDesk } from '../../src/live/keyframe-desk.js';
import type { TakenPicture } from '../../src/live/live-worker.js';
import { randomKey, storeKey } from '../../src/live/rtmp/keys.js';
import { ViewerGate } from '../../src/live/viewer-gate.js';
import { serveViewers, type ViewerServer } from '../../src/live/viewer-server.js';
import { SocketHub } from '../../src/output/socket-hub.js';

const [viewKey, operatorKey] = [randomKey(), randomKey()];
const MOST = 8;

/** A picture of the stream, whatever it shows. */
const PICTURE: TakenPicture = {
  ...{ width: 8, height: 6, rgb: new Uint8Array(3 * 48).fill(99), trimap: new Uint8Array(48).fill(128) },
  reduced: new Uint8Array(3 * 48).fill(99),
};

let hub: SocketHub;
let desk: KeyframeDesk;
let painted: Uint8Array[];
let server: ViewerServer;
let refused: string[];
let commands: ViewerCommand[];
let sockets: (WebSocket | Socket)[];

/** A server with the same rules. */
async function alike(own: SocketHub): Promise<{ hub: SocketHub; server: ViewerServer }> {
  const keep = (key: string) => [storeKey(key, Date.now() + 3_600_000)];
  const gate = new ViewerGate({
    viewKeys: keep(viewKey),
    operatorKeys: keep(operatorKey),
    origins: ['https://studio.example'],
    most: MOST,
    mostAnAddress: MOST - 1,
  });
  const started = await serveViewers({
    ...{ host: '127.0.0.1', port: 0, hub: own, desk, gate },
    onCommand: (command) => commands.push(command),
    onRefused: (why) => refused.push(why),
  });
  return { hub: own, server: started };
}

beforeEach(async () => {
  refused = [];
  commands = [];
  sockets = [];
  painted = [];
  desk = new KeyframeDesk(
    {
      takePicture: () => Promise.resolve(PICTURE),
      paint: (trimap) => Promise.resolve(painted.push(trimap) > 0),
      useKeyframe: () => Promise.resolve(),
    },
    undefined,
  );
  ({ hub, server } = await alike(new SocketHub()));
});
afterEach(async () => {
  for (const socket of sockets) {
    if (socket instanceof WebSocket) socket.terminate();
    else socket.destroy();
  }
  await server.close();
});

function view(
  key = viewKey,
  { port }: { readonly port: number } = server,
  origin: string | undefined = `http://127.0.0.1:${port}`,
): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/stream?key=${key}`, {
    ...(origin && { origin }),
  });
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

/** The HTTP status that an upgrade is refused with; 101: it is not. */
async function statusOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
  });
}

const frame = (number: number, bytes = 64) =>
  [
    { kind: 'video', config: false, key: true, time: 40 * number, data: new Uint8Array(bytes).fill(7) },
    { number, latency: 5 },
  ] as const;

/** Resolves with the number of each frame as it comes. */
function numbers(socket: WebSocket): number[] {
  const seen: number[] = [];
  socket.on('message', (data: RawData, binary) => {
    if (binary) seen.push((data as Buffer).readUInt32BE(4));
  });
  return seen;
}

describe('the viewers’ server', () => {
  it('lets in who has a key and comes from a page that may show the stream', async () => {
    const own = `http://127.0.0.1:${server.port}`;
    expect(await statusOf(view())).toBe(101);
    expect(await statusOf(view(viewKey, server, 'https://studio.example'))).toBe(101);
    expect(await statusOf(view(randomKey(), server, own))).toBe(401);
    expect(await statusOf(view('', server, own))).toBe(401);
    for (const origin of ['https://studio.example.evil', 'http://studio.example', 'null', `${own}0`])
      expect(await statusOf(view(viewKey, server, origin))).toBe(403);
    expect(await statusOf(view(viewKey, server, ''))).toBe(403);
    const page = await fetch(`${own}/?key=${viewKey}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await fetch(own)).status).toBe(401);
    expect((await fetch(`${own}/../package.json`)).status).toBe(404);
  });

  it('refuses a thousand beyond its cap politely, and goes on for the others', async () => {
    const inside = Array.from({ length: MOST - 1 }, () => view());
    const seen = inside.map(numbers);
    await Promise.all(inside.map((socket) => once(socket, 'open')));
    for (let n = 0; n < 1000; n += 50) {
      const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf(view())));
      expect(statuses.every((status) => status === 429)).toBe(true);
      hub.send(...frame(n));
    }
    const sent = Array.from({ length: 20 }, (_, n) => 50 * n);
    await expect.poll(() => seen).toEqual(seen.map(() => sent));
    // A place that is left can be taken.
    inside[0]!.close();
    await expect.poll(() => hub.viewers).toBe(MOST - 2);
    expect(await statusOf(view())).toBe(101);
  });

  it('takes commands from operators alone, and survives 400 mutated messages', async () => {
    const operator = view(operatorKey);
    await once(operator, 'open');
    operator.send(JSON.stringify({ kind: 'capture plate' }));
    await expect.poll(() => commands).toEqual([{ kind: 'capture plate' }]);
    const watcher = view();
    await once(watcher, 'open');
    watcher.send(JSON.stringify({ kind: 'capture plate' }));
    expect((await once(watcher, 'close'))[0]).toBe(1008);
    expect(commands).toHaveLength(1);
    operator.close();
    await once(operator, 'close');

    const random = seededRandom(3);
    const text = JSON.stringify({ kind: 'capture plate' });
    for (let n = 0; n < 400; n += 1) await mutatedMessage(text, random);
    await expect.poll(() => hub.viewers).toBe(0);
    expect(await statusOf(view())).toBe(101);
  });

  it('gives operators the present picture to paint, and takes what is painted on it alone', async () => {
    const own = `http://127.0.0.1:${server.port}`;
    const ask = (
      path: string,
      method: string,
      key = operatorKey,
      origin = own,
      body?: Uint8Array<ArrayBuffer>,
    ) => fetch(`${own}${path}?key=${key}`, { method, headers: { origin }, ...(body && { body }) });
    const trimap = Uint8Array.from({ length: 48 }, (_, i) => (i % 8 < 3 ? 0 : i % 8 > 4 ? 255 : 128));
    const put = async (path: string, body: Uint8Array<ArrayBuffer>) =>
      (await ask(path, 'PUT', operatorKey, own, body)).status;

    expect((await ask('/keyframe', 'POST')).status).toBe(409);
    await desk.begin(PICTURE);
    const taken = await ask('/keyframe', 'POST');
    expect([taken.status, taken.headers.get('content-type')]).toEqual([201, 'image/jpeg']);
    const path = taken.headers.get('location')!;
    expect(new Uint8Array(await (await ask(path, 'GET')).arrayBuffer())).toEqual(PICTURE.trimap);

    expect((await ask('/keyframe', 'POST', viewKey)).status).toBe(403);
    expect((await ask('/keyframe', 'POST', randomKey())).status).toBe(401);
    expect((await ask('/keyframe', 'POST', operatorKey, 'https://studio.example')).status).toBe(403);
    expect((await ask(path, 'PUT', viewKey, own, trimap)).status).toBe(403);
    expect(await put(path, new Uint8Array(49))).toBe(413);
    expect(await put(path, new Uint8Array(47))).toBe(422);
    expect(
      await put(
        path,
        trimap.map((value) => (value === 128 ? 0 : value)),
      ),
    ).toBe(422);
    expect(
      await put(
        path,
        trimap.map((value) => (value === 255 ? 128 : value)),
      ),
    ).toBe(422);
    expect(await put('/keyframe/99', trimap)).toBe(409);
    expect(painted).toEqual([]);
    expect(await put(path, trimap)).toBe(204);
    expect(painted).toEqual([trimap]);
    // Taken once, and gone with its stream.
    expect(await put(path, trimap)).toBe(409);
    const next = (await ask('/keyframe', 'POST')).headers.get('location')!;
    desk.end();
    expect(await put(next, trimap)).toBe(409);
    expect(painted).toHaveLength(1);
  });

  it('lets no viewer that does not read slow down the others, or keep more than a megabyte waiting', async () => {
    const watchers = Array.from({ length: 4 }, () => view());
    const seen = watchers.map(numbers);
    await Promise.all(watchers.map((socket) => once(socket, 'open')));
    const stalled = await upgraded(viewKey);
    stalled.pause();
    await expect.poll(() => hub.viewers).toBe(5);
    // The same viewers without the fifth: turn by turn, so that whatever else this machine does befalls both.
    const quiet = await alike(new SocketHub());
    const twins = Array.from({ length: 4 }, () => view(viewKey, quiet.server));
    await Promise.all(twins.map((socket) => once(socket, 'open')));
    await expect.poll(() => quiet.hub.viewers).toBe(4);

    const bytes = 200_000;
    const delivery = { stalled: [] as number[], quiet: [] as number[] };
    let most = 0;
    let n = 0;
    for (; hub.viewers === 5; n += 1) {
      delivery.stalled.push(...(await deliver(hub, watchers, frame(n, bytes))));
      most = Math.max(most, hub.waiting);
      delivery.quiet.push(...(await deliver(quiet.hub, twins, frame(n, bytes))));
    }
    await quiet.server.close();
    expect(most).toBeLessThan(2 ** 20 + 6 * bytes);
    expect(seen).toEqual(seen.map(() => Array.from({ length: n }, (_, i) => i)));
    // It was there for three seconds: had anyone waited for it, a frame would have taken as long.
    expect(delivery.quiet.length).toBeGreaterThan(100);
    expect(p99(delivery.stalled)).toBeLessThan(2 * p99(delivery.quiet) + 20);
  });
});

/** Sends a frame. @returns milliseconds until each of them had it */
async function deliver(
  to: SocketHub,
  watchers: readonly WebSocket[],
  sent: ReturnType<typeof frame>,
): Promise<number[]> {
  const arrivals = watchers.map((socket) => once(socket, 'message').then(() => performance.now()));
  const start = performance.now();
  to.send(...sent);
  return (await Promise.all(arrivals)).map((at) => at - start);
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(0.99 * values.length)]!;
}

/** A connection whose frames the test writes itself. */
async function upgraded(key: string): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.write(
    `GET /stream?key=${key} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: http://127.0.0.1:${server.port}\r\n` +
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(socket, 'data');
  return socket;
}

/** Sends an operator's frame with some bytes changed, and waits until the server has dealt with it. */
async function mutatedMessage(text: string, random: Random): Promise<void> {
  const socket = await upgraded(operatorKey);
  const payload = Buffer.from(text);
  const bytes = Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
  for (let n = Math.floor(random.between(1, 6)); n > 0; n -= 1)
    bytes[Math.floor(random.between(0, bytes.length))] = Math.floor(random.between(0, 256));
  const closed = once(socket, 'close');
  socket.resume();
  socket.end(bytes);
  await closed;
  sockets.splice(sockets.indexOf(socket), 1);
}
