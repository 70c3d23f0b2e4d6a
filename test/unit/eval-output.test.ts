import { describe, expect, it } from 'vitest';
import { evaluationCsv, sweepCsv } from '../../src/cli/eval-csv.js';
import { checkFlags, methodRequest } from '../../src/cli/eval-flags.js';
import { evaluationJson, sweepJson } from '../../src/cli/eval-json.js';
import { evaluationText, sweepText } from '../../src/cli/eval-text.js';
import { baselineList, distanceList, namedFolders, stagesList } from '../../src/cli/eval-values.js';
import { evaluationOf } from '../../src/evaluation/evaluate.js';
import type { Evaluation, PictureResult, PictureScores } from '../../src/evaluation/results.js';

const scores = (sad: number, mse: number): PictureScores => ({
  sad,
  mse,
  grad: 1,
  conn: 1,
  mad: 0.001,
  seconds: 0.5,
  unknownPixels: 40,
});

function evaluationWith(pictures: number): Evaluation {
  const results: PictureResult[] = Array.from({ length: pictures }, (_, i) => ({
    name: i === 0 ? 'one, "two"' : `p${i}`,
    width: 8,
    height: 6,
    unknownPixels: 40,
    methods: { 'compact stage1+2': scores(10 + i, 0.01), 'closed-form': scores(12 + i, 0.0051) },
  }));
  const methods = [{ name: 'compact stage1+2' }, { name: 'closed-form' }];
  return evaluationOf({ folder: 'set' }, methods, results, [{ name: 'x', kind: 'no trimap' }]);
}

describe('the table', () => {
  it('marks the best of each column, aligns numbers, names what was left out', () => {
    const lines = evaluationText(evaluationWith(1), { pictures: false }).split('\n');
    expect(lines[0]).toBe('set: 1 picture');
    const [head, compact, closedForm] = lines.slice(2, 5) as [string, string, string];
    expect(compact).toMatch(/^compact stage1\+2 +10\.00\* +0\.0100 +1\.00\* +1\.00\* +0\.00100\* +0\.50$/);
    expect(closedForm).toMatch(/^closed-form +12\.00 +0\.0051\* +1\.00\*/);
    for (const name of ['SAD', 'MSE', 'Grad', 'Conn', 'MAD']) {
      const end = head.indexOf(name) + name.length;
      expect(compact.slice(0, end)).toMatch(/\d$/);
      expect(closedForm.slice(0, end)).toMatch(/\d$/);
    }
    expect(lines.slice(-2)).toEqual(['left out: 1', '  x: no trimap']);
  });

  it('has a row a picture where they are few, or when that is asked for', () => {
    const rows = (pictures: number, asked: boolean): number =>
      evaluationText(evaluationWith(pictures), { pictures: asked }).match(/^p\d+ /gm)?.length ?? 0;
    expect([rows(6, false), rows(7, false), rows(7, true)]).toEqual([5, 0, 6]);
  });

  it('marks nothing where there is no choice', () => {
    const alone = evaluationOf({ folder: 'set' }, [{ name: 'closed-form' }], evaluationWith(2).pictures, []);
    expect(evaluationText(alone, { pictures: true })).not.toContain('*');
  });
});

describe('results for programs', () => {
  it('as JSON are the first method’s, and everyone’s by name', () => {
    const json = evaluationJson(evaluationWith(2));
    expect(json.mean).toMatchObject({ sad: 10.5, mse: 0.01, grad: 1, conn: 1 });
    expect(json.images).toHaveLength(2);
    expect(json.images[1]).toMatchObject({ name: 'p1', width: 8, sad: 11, unknownPixels: 40 });
    expect(json.methods['closed-form']!.mean.sad).toBe(12.5);
    expect(json.methods['compact stage1+2']!.images).toEqual(json.images);
    expect(json).toMatchObject({ set: 'set', skipped: [{ name: 'x', reason: 'no trimap' }] });
  });

  it('as CSV have a row a picture and method, names quoted', () => {
    expect(evaluationCsv(evaluationWith(1)).split('\r\n')).toEqual([
      'picture,method,width,height,unknown_pixels,sad,mse,grad,conn,mad,seconds',
      '"one, ""two""",compact stage1+2,8,6,40,10,0.01,1,1,0.001,0.5',
      '"one, ""two""",closed-form,8,6,40,12,0.0051,1,1,0.001,0.5',
      '',
    ]);
  });

  it('of a sweep say the distance', () => {
    const [near, far] = [evaluationWith(1), evaluationWith(2)];
    const steps = [
      { distance: 1, evaluation: near },
      { distance: 7, evaluation: far },
    ];
    const sweep = { set: 'set', methods: near.methods, steps };
    expect(sweepJson(sweep)).toMatchObject({
      distances: [1, 7],
      methods: {
        'closed-form': [
          { distance: 1, mean: { sad: 12 } },
          { distance: 7, mean: { sad: 12.5 } },
        ],
      },
    });
    const rows = sweepCsv(sweep).trimEnd().split('\r\n');
    expect(rows.map((row) => row.split(',')[0])).toEqual(['distance', '1', '1', '7', '7', '7', '7']);
    expect(sweepText(sweep)).toMatch(/distance 1\n.*SAD[^]*distance 7\n.*SAD/);
  });
});

describe('flags', () => {
  it('take lists by commas and one after the other', () => {
    expect(stagesList('stage1+2', stagesList('stage1, stage1+guided', undefined))).toEqual([
      'stage1',
      'stage1+guided',
      'stage1+2',
    ]);
    expect(baselineList('trimap,trimap', ['knn'])).toEqual(['knn', 'trimap']);
    expect(distanceList('7,1,7')).toEqual([1, 7]);
    expect(namedFolders('ours=a=b', undefined)).toEqual([{ name: 'ours', folder: 'a=b' }]);
  });

  it('refuse what is no value of theirs', () => {
    expect(() => stagesList('stage2', undefined)).toThrow(/"stage2" is none/);
    expect(() => distanceList('1,-2')).toThrow(/whole number/);
    for (const text of ['ours', '=x', 'ours=']) {
      expect(() => namedFolders(text, undefined)).toThrow(/NAME=FOLDER/);
    }
  });

  it('refuse each other where they mean nothing together', () => {
    const mattes = [{ name: 'a', folder: 'b' }];
    for (const flags of [
      { plot: 'a.svg' },
      { sweep: true as const, mattes },
      { sweep: true as const, pictures: true },
      { submission: 'out', csv: 'a.csv' },
      { sweep: true as const, tolerance: 128 },
    ]) {
      expect(() => checkFlags({ tolerance: 0, ...flags })).toThrow(
        expect.objectContaining({ code: 'USAGE' }) as Error,
      );
    }
    checkFlags({ tolerance: 2, sweep: [1], plot: 'a.svg', csv: 'a.csv' });
  });

  it('compare compact at full scale, unless mattes come from elsewhere', () => {
    expect(methodRequest({ tolerance: 0 })).toEqual({
      models: ['compact'],
      engines: ['auto'],
      devices: ['auto'],
      baselines: [],
      work: { scale: 1 },
    });
    expect(methodRequest({ tolerance: 0, mattes: [] }).models).toEqual([]);
    expect(methodRequest({ tolerance: 0, mattes: [], model: ['dim'] }).models).toEqual(['dim']);
  });
});
