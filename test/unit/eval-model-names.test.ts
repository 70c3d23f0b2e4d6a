import { describe, expect, it } from 'vitest';
import { modelNames } from '../../src/cli/model-names.js';

describe('the names of models in tables', () => {
  it.each<[string[], string[]]>([
    [['compact'], ['compact']],
    [
      ['/far/away/dim.safetensors', 'compact'],
      ['dim', 'compact'],
    ],
    [
      ['runs/first/weights.safetensors', 'runs/second/weights.safetensors'],
      ['first/weights', 'second/weights'],
    ],
    [
      ['a/x/w.safetensors', 'b/x/w.safetensors', './v.safetensors'],
      ['a/x/w', 'b/x/w', 'v'],
    ],
    // Nothing is left to tell it by, so its only name has to do.
    [
      ['w.safetensors', 'a/w.safetensors'],
      ['w', 'a/w'],
    ],
  ])('of %j are %j', (models, names) => {
    expect([...modelNames(models)]).toEqual(models.map((model, i) => [model, names[i]]));
  });
});
