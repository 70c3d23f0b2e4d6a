/** Scores a method of your own by the field's metrics: node evaluate-method.js FOLDER (with image/ trimap/ alpha/) */
import { evaluate, openPictureSet, type Method } from 'matteflow';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('a name is needed: FOLDER');

/** How far a pixel's colour lies on the way from the mean background to the mean foreground. */
const betweenMeans: Method = {
  name: 'between mean colours',
  matte({ image: { samples }, trimap }) {
    const meanWhere = (wanted: number): number[] => {
      const sums = [0, 0, 0, 0];
      trimap.forEach((value, i) => {
        if (value !== wanted) return;
        for (let c = 0; c < 3; c++) sums[c]! += samples[3 * i + c]!;
        sums[3]! += 1;
      });
      return sums.map((sum) => sum / Math.max(1, sums[3]!));
    };
    const [background, foreground] = [meanWhere(0), meanWhere(255)];
    const way = [0, 1, 2].map((c) => foreground[c]! - background[c]!);
    const length = way.reduce((sum, w) => sum + w * w, 0);
    const alpha = Float32Array.from(trimap, (value, i) => {
      if (value === 0 || value === 255) return value / 255;
      const along = way.reduce((sum, w, c) => sum + w * (samples[3 * i + c]! - background[c]!), 0);
      return length === 0 ? 0.5 : Math.min(1, Math.max(0, along / length));
    });
    return Promise.resolve(alpha);
  },
};

const set = await openPictureSet(folder, { purpose: 'score' });
const { mean, pictures } = await evaluate(set, [betweenMeans]);
const { sad, mse, grad, conn } = mean[betweenMeans.name]!;
console.log(
  `${pictures.length} pictures: SAD ${sad.toFixed(2)}, MSE ${mse.toFixed(4)}, ` +
    `Grad ${grad.toFixed(2)}, Conn ${conn.toFixed(2)}`,
);
