import { describe, expect, it } from 'vitest';
import { changedRecipe, RECIPE_NAMES, recipeNamed } from '../../src/training/recipe.js';

describe('recipes', () => {
  it('warm up over a tenth of a short run at most', () => {
    const recipe = recipeNamed('compact-stage1');
    expect(recipe.rate.warmUp).toBe(200);
    expect(changedRecipe(recipe, {}).rate.warmUp).toBe(200);
    expect(changedRecipe(recipe, { steps: 160 }).rate.warmUp).toBe(16);
    expect(changedRecipe(recipe, { steps: 3 }).rate.warmUp).toBe(0);
    expect(changedRecipe(recipeNamed('dim-stage1'), { steps: 160 }).rate.warmUp).toBe(0);
  });

  it('have trimaps that follow from the picture where a network makes them or the paper does not dilate', () => {
    const narrow = RECIPE_NAMES.filter((name) => recipeNamed(name).samples.trimaps === 'narrow');
    expect(narrow).toEqual(['dim-refine', 'trimap-unet']);
  });

  it("augment as the paper does where they are the paper's", () => {
    const plain = RECIPE_NAMES.filter((name) => recipeNamed(name).samples.augmentation === 'paper');
    expect(plain).toEqual(['dim-stage1-alpha', 'dim-stage1', 'dim-refine', 'dim-finetune', 'alphagan']);
  });

  it('as they are can be trained by', () => {
    for (const name of RECIPE_NAMES) expect(changedRecipe(recipeNamed(name), {})).toEqual(recipeNamed(name));
  });
});
