/** How the learning rate goes over the steps of one training stage. */
export type Schedule =
  | {
      /** As the paper trains: one rate throughout. */
      readonly kind: 'constant';
      readonly rate: number;
      /** Steps over which the rate first rises in a straight line; 0 unless told. */
      readonly warmUp?: number;
    }
  | {
      /** Half a cosine from `rate` down to `floor` (Loshchilov and Hutter, "SGDR", ICLR 2017). */
      readonly kind: 'cosine';
      readonly rate: number;
      readonly warmUp?: number;
      /** Steps of the whole stage, warm-up included. */
      readonly steps: number;
      /** The rate at the end, and after it; 0 unless told. */
      readonly floor?: number;
    };

/**
 * The learning rate of one step.
 *
 * @param step - counted from 0
 */
export function learningRate(schedule: Schedule, step: number): number {
  const { rate, warmUp = 0 } = schedule;
  // The first step is already one of `warmUp`: a rate of 0 would learn nothing from its sample.
  if (step < warmUp) return (rate * (step + 1)) / warmUp;
  if (schedule.kind === 'constant') return rate;
  const { steps, floor = 0 } = schedule;
  const share = steps > warmUp ? Math.min(1, (step - warmUp) / (steps - warmUp)) : 1;
  return floor + ((rate - floor) * (1 + Math.cos(Math.PI * share))) / 2;
}
