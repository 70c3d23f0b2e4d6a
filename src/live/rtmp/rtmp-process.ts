/** The process of the RTMP server: what it reads comes from strangers, so that it has nothing else to lose. */
import type { RtmpEvent, RtmpSetup } from './messages.js';
import { RtmpServer } from './rtmp-server.js';

/** Milliseconds between reports of how much there is to do. */
const REPORT_INTERVAL = 2000;

const tell = (event: RtmpEvent): void => {
  if (process.connected) process.send!(event);
};

process.once('message', (setup: RtmpSetup) => {
  const server = new RtmpServer(setup, tell);
  const report = setInterval(() => {
    tell({ kind: 'load', connections: server.connections, rss: process.memoryUsage.rss() });
  }, REPORT_INTERVAL);
  // Whoever started it has gone, or wants it to go.
  process.once('disconnect', () => {
    clearInterval(report);
    server.close();
  });
  server.listen();
});
// A terminal's Ctrl-C reaches all of its processes; whoever started this one says when it ends.
process.on('SIGINT', () => undefined);
