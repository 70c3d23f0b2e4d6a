import { describe, expect, it } from 'vitest';
import { qcPage, type QcReport } from '../../src/evaluation/qc/qc-page.js';

const PICTURES = { source: 'c291cmNl', alpha: 'YWxwaGE=', cutOut: 'Y3V0' };

/** A run of many frames, one of which flickers, and a cut. */
function reportOf(frameCount: number): QcReport {
  const frames = Array.from({ length: frameCount }, (_, index) => ({
    ...{ index, number: 1001 + index, confidence: 1, unknown: 0.25, held: false },
    flicker: index === 777 ? 0.5 : 0.01,
    cut: index === 1500,
  }));
  const pictures = new Map([0, 777, 1500].map((index) => [index, PICTURES]));
  return { title: '<shot>.mov', settings: { weights: 'a1b2' }, frameCount, frames, pictures };
}

describe('qcPage', () => {
  it('shows the frames worth a look, and long runs in plots of a bounded size that lose no peak', () => {
    const page = qcPage(reportOf(3000));
    expect(page).toContain('QC of &lt;shot&gt;.mov');
    expect(page).toMatch(
      /Flickering most[^]*Frame 1778[^]*Cuts[^]*Frame 2501[^]*Contact sheet[^]*Frame 1001/,
    );
    expect(page).not.toContain('Least sure');
    expect(page).toMatch(/<th scope="row">weights<\/th>\s*<td><code>a1b2</);
    const flicker = /<svg[^]*?<\/svg>/.exec(page)?.[0];
    expect(flicker?.length).toBeLessThan(100_000);
    // The axis reaches as far as the peak, and so does the curve: to its top.
    const ys = [...String(flicker).matchAll(/[ML]\s*[\d.]+[ ,]+([\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.min(...ys)).toBeLessThan(120);
    // The cut's mark.
    expect(flicker).toContain('stroke-dasharray');
  });

  it('says so where nothing is known of the frames', () => {
    const page = qcPage({ ...reportOf(8), frames: [], pictures: new Map() });
    expect(page).toContain('8, 8 of them with nothing known');
    expect(page).not.toContain('NaN');
  });
});
