/**
 * How many hashes raised the registers of a HyperLogLog sketch to where they are: the improved raw estimator of
 * O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017, arXiv:1702.01284), algorithm 6.
 * It is unbiased from none to billions, without tables and without a switch between formulas.
 *
 * @param highestRank the highest value that a register can have
 */
export const estimateRegisters = (registers: Uint8Array, highestRank: number): number => {
  const total = registers.length;
  const multiplicity = new Float64Array(highestRank + 1);
  for (const rank of registers) multiplicity[rank] = (multiplicity[rank] as number) + 1;

  const share = (rank: number): number => (multiplicity[rank] as number) / total;
  let sum = total * tau(1 - share(highestRank));
  for (let rank = highestRank - 1; rank >= 1; rank--) sum = (sum + (multiplicity[rank] as number)) / 2;
  sum += total * sigma(share(0));
  return total ** 2 / (2 * Math.LN2 * sum);
};

/** What registers that are still 0 contribute: all of them, infinitely much. */
const sigma = (share: number): number => {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let weight = 1;
  let sum = share;
  let before: number;
  do {
    before = sum;
    power *= power;
    sum += power * weight;
    weight *= 2;
  } while (sum !== before);
  return sum;
};

/** What registers that can rise no further contribute. */
const tau = (share: number): number => {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let weight = 1;
  let sum = 1 - share;
  let before: number;
  do {
    before = sum;
    root = Math.sqrt(root);
    weight /= 2;
    sum -= (1 - root) ** 2 * weight;
  } while (sum !== before);
  return sum / 3;
};
