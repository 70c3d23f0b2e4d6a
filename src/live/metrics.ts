import { Counter, Gauge, Registry } from 'prom-client';
import type { SessionReport } from './stream-session.js';

/** What Prometheus may ask for. */
export class LiveMetrics {
  readonly #registry = new Registry();
  readonly #publishing = this.#gauge('publishing', '1 while a publisher is there');
  readonly #fps = this.#gauge('frames_per_second', 'Frames that leave a second');
  readonly #latency = this.#gauge('latency_seconds', "From a frame's arrival to its packet, smoothed");
  readonly #rung = this.#gauge('ladder_rung', 'How much quality is given up for latency; 0: none');
  readonly #arrived = this.#gauge('session_frames_arrived', 'Frames of the present publisher');
  readonly #dropped = this.#gauge('session_frames_dropped', 'Of these, those that were not processed');
  readonly #rtmpConnections = this.#gauge(
    'rtmp_connections',
    "Of the RTMP server, our own player's included",
  );
  readonly #rtmpMemory = this.#gauge('rtmp_resident_bytes', "Memory of the RTMP server's process");
  readonly #rtmpRestarts = this.#counter('rtmp_restarts_total', 'Times the RTMP server was started again');
  readonly #publishers = this.#counter('publishers_total', 'Publishers that were accepted');
  readonly #sound = this.#gauge('session_sound', '1 while the publisher sends sound');
  readonly #outputs = {
    on: this.#outputGauge('on', '1 while the recording or the relay works'),
    frames: this.#outputGauge('frames', 'Frames of the present publisher that it has taken'),
    dropped: this.#outputGauge('dropped', 'Frames of the present publisher that it was too slow for'),
  };
  readonly #refused = new Counter({
    name: 'matteflow_live_refused_total',
    help: 'Connections that were turned away',
    labelNames: ['why'],
    registers: [this.#registry],
  });

  /**
   * @param viewers - what the viewers amount to when asked
   * @param stages - seconds each stage was at work so far
   */
  constructor(
    viewers: () => { count: number; waitingBytes: number; dropped: number },
    stages: () => Readonly<Record<string, number>>,
  ) {
    new Gauge({
      name: 'matteflow_live_stage_busy_seconds',
      help: 'Seconds each stage was at work',
      labelNames: ['stage'],
      registers: [this.#registry],
      collect() {
        for (const [stage, seconds] of Object.entries(stages())) this.set({ stage }, seconds);
      },
    });
    this.#gauge('viewers', 'Connected viewers', () => viewers().count);
    this.#gauge('viewers_waiting_bytes', 'Bytes that wait for viewers', () => viewers().waitingBytes);
    this.#gauge(
      'viewers_dropped_messages',
      'Messages that present viewers were not sent',
      () => viewers().dropped,
    );
    this.#gauge('resident_bytes', 'Memory of this process', () => process.memoryUsage.rss());
  }

  publisher(there: boolean): void {
    this.#publishing.set(there ? 1 : 0);
    if (!there) this.#outputs.on.reset();
    if (there) this.#publishers.inc();
  }

  refused(why: string): void {
    this.#refused.inc({ why });
  }

  restarted(): void {
    this.#rtmpRestarts.inc();
  }

  rtmpLoad(connections: number, rss: number): void {
    this.#rtmpConnections.set(connections);
    this.#rtmpMemory.set(rss);
  }

  session({ fps, latency, rung, arrived, dropped, sound, outputs }: SessionReport): void {
    this.#fps.set(fps);
    this.#latency.set(latency / 1000);
    this.#rung.set(rung);
    this.#arrived.set(arrived);
    this.#dropped.set(dropped);
    this.#sound.set(sound ? 1 : 0);
    for (const { name: output, state, ...counts } of outputs) {
      this.#outputs.on.set({ output }, state === 'on' ? 1 : 0);
      this.#outputs.frames.set({ output }, counts.frames);
      this.#outputs.dropped.set({ output }, counts.dropped);
    }
  }

  /** In Prometheus's text format. */
  async text(): Promise<{ readonly type: string; readonly body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #gauge(name: string, help: string, read?: () => number): Gauge {
    return new Gauge({
      name: `matteflow_live_${name}`,
      help,
      registers: [this.#registry],
      ...(read && {
        collect() {
          this.set(read());
        },
      }),
    });
  }

  #outputGauge(name: string, help: string): Gauge<'output'> {
    return new Gauge({
      name: `matteflow_live_output_${name}`,
      help,
      labelNames: ['output'],
      registers: [this.#registry],
    });
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name: `matteflow_live_${name}`, help, registers: [this.#registry] });
  }
}
