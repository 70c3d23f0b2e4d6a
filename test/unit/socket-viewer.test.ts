import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { SocketViewer } from '../../src/output/socket-viewer.js';

/** A socket whose queue the test fills and empties: a real one's is the system's to fill. */
class Queue extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: unknown[] = [];
  terminated = false;
  send(data: unknown): void {
    this.sent.push(data);
  }
  terminate(): void {
    this.terminated = true;
  }
}

const message = (name: string, key = false) => ({ bytes: Buffer.from(name), key });

function viewer(): { queue: Queue; viewer: SocketViewer; names: () => string[] } {
  const queue = new Queue();
  return {
    queue,
    viewer: new SocketViewer(queue as unknown as WebSocket),
    names: () => queue.sent.map(String),
  };
}

describe('a viewer', () => {
  it('begins with a key frame', () => {
    const { viewer: one, names } = viewer();
    one.send(message('a'), 0);
    one.send(message('K', true), 40);
    one.send(message('b'), 80);
    expect(names()).toEqual(['K', 'b']);
    expect(one.dropped).toBe(1);
  });

  it('that falls behind skips to a key frame, and gets nothing it could not decode', () => {
    const { queue, viewer: one, names } = viewer();
    one.send(message('K', true), 0);
    queue.bufferedAmount = 2 ** 20 + 1;
    one.send(message('a'), 100);
    queue.bufferedAmount = 0;
    one.send(message('b'), 200);
    one.send(message('L', true), 300);
    one.send(message('c'), 400);
    expect(names()).toEqual(['K', 'L', 'c']);
    expect(queue.terminated).toBe(false);
  });

  it('that stays behind for three seconds is closed, not one that recovered between', () => {
    const { queue, viewer: one } = viewer();
    queue.bufferedAmount = 2 ** 21;
    for (let now = 0; now < 3000; now += 100) one.send(message('a'), now);
    expect(queue.terminated).toBe(false);
    queue.bufferedAmount = 0;
    one.send(message('K', true), 3000);
    queue.bufferedAmount = 2 ** 21;
    for (let now = 3100; now <= 6000; now += 100) one.send(message('a'), now);
    expect(queue.terminated).toBe(false);
    one.send(message('a'), 6100);
    expect(queue.terminated).toBe(true);
  });

  it('starts anew after the stream has', () => {
    const { viewer: one, names } = viewer();
    one.send(message('K', true), 0);
    one.restart();
    one.send(message('a'), 40);
    one.send(message('L', true), 80);
    expect(names()).toEqual(['K', 'L']);
  });
});
