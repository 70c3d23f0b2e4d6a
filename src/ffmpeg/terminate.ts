import type { ChildProcess } from 'node:child_process';

/** Milliseconds a tool has to end by itself before it is killed. */
const PATIENCE = 2000;

/**
 * Ends a running tool: asks it to stop (SIGTERM), and kills it when it has not done so in two seconds.
 * Our ends of its pipes are closed first, since a tool stuck in a write to a full pipe hears no signal.
 */
export function terminate(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  kill.unref();
  child.once('exit', () => clearTimeout(kill));
}
