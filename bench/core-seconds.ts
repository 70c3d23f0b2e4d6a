import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux of today. */
const TICKS = 100;

/**
 * Seconds of processor time that this process and all its children that have ended have used so far (Linux). Unlike
 * wall-clock time it hardly depends on what else the machine does.
 */
export function coreSeconds(): number {
  const { user, system } = process.cpuUsage();
  // After the name, which may hold anything but a closing bracket, from the third field on: 16 and 17 are the children's.
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (user + system) / 1e6 + (Number(fields[13]) + Number(fields[14])) / TICKS;
}
