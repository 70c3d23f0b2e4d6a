import { parse } from 'node:path';

/**
 * What tables call models: a file by its name without ending, and as many of its folders before that as tell it from
 * the others (`first/weights`, `second/weights`).
 */
export function modelNames(models: readonly string[]): ReadonlyMap<string, string> {
  const paths = [...new Set(models)].map((model) => ({ model, parts: partsOf(model) }));
  const tail = (parts: readonly string[], length: number): string => parts.slice(-length).join('/');
  return new Map(
    paths.map(({ model, parts }) => {
      let length = 1;
      const shared = (): boolean =>
        paths.some((other) => other.model !== model && tail(other.parts, length) === tail(parts, length));
      while (length < parts.length && shared()) length++;
      return [model, tail(parts, length)];
    }),
  );
}

function partsOf(model: string): string[] {
  const file = model.endsWith('.safetensors') ? model.slice(0, -'.safetensors'.length) : model;
  const { root } = parse(file);
  return file
    .slice(root.length)
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.');
}
