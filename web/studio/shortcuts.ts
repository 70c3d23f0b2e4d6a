import { COMMANDS } from './commands.js';
import { keyLabel } from './controls.js';
import { at } from './dom.js';

/** What the pointer does, which no command stands for. */
const POINTER = [
  ['drag', 'Paint'],
  ['Shift click', 'Straight line from the last stroke'],
  ['Space drag', 'Move the picture (or the middle button)'],
  ['wheel', 'Zoom'],
  ['Alt wheel', 'Size of the brush'],
] as const;

/** Fills the list of shortcuts from the commands themselves. */
export function listShortcuts(): void {
  const all = Object.values(COMMANDS);
  const groups = [...new Set(all.map(({ group }) => group))];
  const sections = groups.map((name) =>
    section(
      name,
      all
        .filter(({ group }) => group === name)
        .map(({ keys, label }) => [keys.map(keyLabel).join(' or '), label] as const),
    ),
  );
  const columns = document.createElement('div');
  columns.append(...sections, section('Pointer', POINTER));
  at('shortcuts').replaceChildren(columns);
  at('shortcuts').addEventListener('click', () => at('shortcuts', HTMLDialogElement).close());
}

/** Keys of what has no button, which nobody would find otherwise. */
const HINTS: readonly string[] = [
  ...['forward', 'back', 'next-key', 'previous-key', 'suggestion', 'next-cut'],
  ...['smaller', 'larger', 'over', 'fit', 'actual'],
];

/** Fills the line below the timeline. */
export function showHints(): void {
  at('hints').replaceChildren(
    ...HINTS.map((name) => {
      const { keys, label } = COMMANDS[name]!;
      const hint = document.createElement('span');
      const key = document.createElement('kbd');
      key.textContent = keyLabel(keys[0]!);
      hint.append(key, label);
      return hint;
    }),
  );
}

function section(title: string, rows: readonly (readonly [keys: string, label: string])[]): HTMLElement {
  const list = document.createElement('dl');
  for (const row of rows) {
    list.append(
      ...(['dt', 'dd'] as const).map((tag, i) => {
        const element = document.createElement(tag);
        element.textContent = row[i]!;
        return element;
      }),
    );
  }
  const heading = document.createElement('h2');
  heading.textContent = title;
  const whole = document.createElement('section');
  whole.append(heading, list);
  return whole;
}
