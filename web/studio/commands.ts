import type { Studio } from './studio.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from './trimap-edit.js';

/** Something a person can have done, by a button or a key. */
export interface Command {
  /** On its button and in the list of shortcuts. */
  readonly label: string;
  /** As `keyOf` names them; any of them. */
  readonly keys: readonly string[];
  readonly group: 'Paint' | 'Frames' | 'Look' | 'Work';
  readonly run: (studio: Studio) => unknown;
  /** Whether its button is pressed; undefined for one that is no switch. */
  readonly pressed?: (studio: Studio) => boolean;
  readonly enabled?: (studio: Studio) => boolean;
  /** Whether it should be done. */
  readonly urgent?: (studio: Studio) => boolean;
}

const paint = (label: string, key: string, value: number): Command => ({
  ...{ label, keys: [key], group: 'Paint' },
  run: ({ brush }) => {
    brush.settings.value = value;
    if (brush.settings.tool === 'eraser') brush.settings.tool = 'brush';
  },
  pressed: ({ brush: { settings } }) => settings.tool !== 'eraser' && settings.value === value,
});
const tool = (label: string, key: string, name: Studio['brush']['settings']['tool']): Command => ({
  ...{ label, keys: [key], group: 'Paint' },
  run: ({ brush }) => (brush.settings.tool = name),
  pressed: ({ brush }) => brush.settings.tool === name,
});
const seek = (
  label: string,
  keys: readonly string[],
  to: (studio: Studio) => number | undefined,
): Command => ({
  ...{ label, keys, group: 'Frames' },
  run: (studio) => {
    const number = to(studio);
    if (number !== undefined) return studio.show(number);
    return undefined;
  },
});
const size = (label: string, keys: readonly string[], factor: number): Command => ({
  ...{ label, keys, group: 'Paint' },
  run: ({ brush }) => {
    const { diameter } = brush.settings;
    const next = Math.round(diameter * factor);
    brush.settings.diameter = Math.min(
      400,
      Math.max(1, next === diameter ? diameter + Math.sign(factor - 1) : next),
    );
  },
});
const everywhere = (label: string, keys: readonly string[], value: number): Command => ({
  ...{ label, keys, group: 'Paint' },
  run: (studio) => studio.painting.alter((trimap) => trimap.fill(value)),
});

const next = (numbers: Iterable<number>, current: number): number | undefined =>
  [...numbers].filter((number) => number > current).sort((a, b) => a - b)[0];
const previous = (numbers: Iterable<number>, current: number): number | undefined =>
  [...numbers].filter((number) => number < current).sort((a, b) => b - a)[0];

/** By name, as `data-command` has it. */
export const COMMANDS = {
  foreground: paint('Foreground', 'f', FOREGROUND),
  background: paint('Background', 'b', BACKGROUND),
  unknown: paint('Unknown', 'u', UNKNOWN),
  brush: tool('Brush', 'd', 'brush'),
  eraser: tool('Eraser', 'e', 'eraser'),
  fill: tool('Fill', 'g', 'fill'),
  larger: size('Larger brush', [']'], 1.2),
  smaller: size('Smaller brush', ['['], 1 / 1.2),
  band: {
    ...{ label: 'Draw band', keys: ['w'], group: 'Paint' },
    run: (studio) => studio.painting.band(),
    enabled: ({ frame }) => frame !== undefined && frame.origin !== 'none',
  },
  'all-background': everywhere('All background', ['shift+b'], BACKGROUND),
  'all-unknown': everywhere('All unknown', ['shift+u'], UNKNOWN),
  undo: {
    ...{ label: 'Undo', keys: ['ctrl+z'], group: 'Paint' },
    run: (studio) => studio.painting.step('undo'),
    enabled: ({ frame }) => (frame?.history.done.length ?? 0) > 0,
  },
  redo: {
    ...{ label: 'Redo', keys: ['ctrl+shift+z', 'ctrl+y'], group: 'Paint' },
    run: (studio) => studio.painting.step('redo'),
    enabled: ({ frame }) => (frame?.history.undone.length ?? 0) > 0,
  },
  keep: {
    ...{ label: 'Keep as keyframe', keys: ['enter'], group: 'Frames' },
    run: (studio) => studio.painting.keep(),
    enabled: ({ frame }) => frame?.origin === 'propagated',
  },
  remove: {
    ...{ label: 'Remove keyframe', keys: ['ctrl+delete'], group: 'Frames' },
    run: (studio) => studio.remove(),
    enabled: ({ frame }) => frame?.origin === 'painted',
  },
  play: {
    ...{ label: 'Play', keys: [' '], group: 'Frames' },
    run: ({ playback }) => playback.toggle(),
    pressed: ({ playback }) => playback.isPlaying(),
  },
  forward: seek('Next frame', ['arrowright'], ({ current }) => current + 1),
  back: seek('Previous frame', ['arrowleft'], ({ current }) => current - 1),
  'forward-ten': seek('Ten on', ['shift+arrowright'], ({ current }) => current + 10),
  'back-ten': seek('Ten back', ['shift+arrowleft'], ({ current }) => current - 10),
  'next-key': seek('Next keyframe', ['arrowdown'], ({ known: { painted }, current }) =>
    next(painted.keys(), current),
  ),
  'previous-key': seek('Previous keyframe', ['arrowup'], ({ known: { painted }, current }) =>
    previous(painted.keys(), current),
  ),
  suggestion: seek(
    'Next suggestion',
    ['n'],
    ({
      known: {
        propagation: { suggestions },
      },
      current,
    }) => next(suggestions, current) ?? next(suggestions, -Infinity),
  ),
  'next-cut': seek('Next cut', ['c'], ({ known: { cuts }, current }) => next(cuts, current)),
  start: seek('First frame', ['home'], ({ clip }) => clip.first),
  end: seek('Last frame', ['end'], ({ clip }) => clip.first + clip.count - 1),
  overlay: {
    ...{ label: 'Show trimap', keys: ['o'], group: 'Look' },
    run: (studio) => {
      studio.overlay.shown = !studio.overlay.shown;
      studio.redraw();
    },
    pressed: ({ overlay }) => overlay.shown,
  },
  'trimap-only': {
    ...{ label: 'Trimap alone', keys: ['t'], group: 'Look' },
    run: (studio) => {
      studio.overlay.look = studio.overlay.look === 'greys' ? 'colours' : 'greys';
      studio.redraw();
    },
    pressed: ({ overlay }) => overlay.look === 'greys',
  },
  preview: {
    ...{ label: 'Show matte', keys: ['m'], group: 'Look' },
    run: (studio) => studio.togglePreview(),
    pressed: ({ previewShown }) => previewShown,
  },
  over: {
    ...{ label: 'Next background', keys: ['v'], group: 'Look' },
    run: (studio) => {
      const all = ['checker', 'black', 'white', 'colour', 'alpha'] as const;
      studio.setOver(all[(all.indexOf(studio.matte.over) + 1) % all.length]!);
    },
  },
  fit: { label: 'Fit', keys: ['0'], group: 'Look', run: ({ panes }) => panes.fit() },
  actual: { label: 'Pixel for pixel', keys: ['1'], group: 'Look', run: ({ panes }) => panes.actualSize() },
  closer: { label: 'Closer', keys: ['+', '='], group: 'Look', run: ({ panes }) => panes.zoom(1.25) },
  farther: { label: 'Farther', keys: ['-'], group: 'Look', run: ({ panes }) => panes.zoom(0.8) },
  propagate: {
    ...{ label: 'Propagate', keys: ['p'], group: 'Work' },
    run: (studio) => studio.propagate(),
    enabled: ({ known: { painted } }) => painted.size > 0,
    urgent: ({ known: { propagation, painted } }) =>
      propagation.stale && !propagation.running && painted.size > 0,
  },
  save: {
    ...{ label: 'Save', keys: ['ctrl+s'], group: 'Work' },
    run: (studio) => studio.save(),
    enabled: ({ known }) => known.unsaved > 0,
    urgent: ({ known }) => known.unsaved > 0,
  },
  help: {
    ...{ label: 'Shortcuts', keys: ['?'], group: 'Work' },
    run: () => (document.getElementById('shortcuts') as HTMLDialogElement).showModal(),
  },
} satisfies Record<string, Command> as Record<string, Command>;

/** A key as commands name it: "ctrl+shift+z", "arrowleft", "?"; Command counts as Control. */
export function keyOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): string {
  const name = key.toLowerCase();
  // Shift is part of how "?" is typed, wherever it is on the keyboard.
  const shifted = shiftKey && (name.length > 1 || /\p{L}/u.test(name));
  const held = [(ctrlKey || metaKey) && 'ctrl', altKey && 'alt', shifted && 'shift'];
  return [...held.filter((each) => each !== false), name].join('+');
}
