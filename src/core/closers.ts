/** Undoes one thing that was opened. */
export type Closer = () => Promise<unknown>;

/** Runs every closer, the last opened first, even when some fail; then throws the first failure, if any. */
export async function closeAll(closers: readonly Closer[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.toReversed()) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
