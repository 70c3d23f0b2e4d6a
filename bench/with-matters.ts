import { openStills, type StillMatter, type StillSettings } from './matte-still.js';

/** Opens a matter for each setting, hands them to `use`, and closes them whatever happens. */
export async function withMatters<N extends string, R>(
  settings: Readonly<Record<N, StillSettings>>,
  use: (matters: Readonly<Record<N, StillMatter>>) => Promise<R>,
): Promise<R> {
  const opened: Partial<Record<N, StillMatter>> = {};
  try {
    for (const name of Object.keys(settings) as N[]) opened[name] = await openStills(settings[name]);
    return await use(opened as Record<N, StillMatter>);
  } finally {
    for (const matter of Object.values<StillMatter | undefined>(opened)) await matter?.close();
  }
}
