import type { AlgorithmDelivery, DeliveryState } from '@secret-store/api/schemas';

type Counts = AlgorithmDelivery['secrets'][string];

const workers = (count: number): string => (count === 1 ? '1 worker' : `${count.toLocaleString()} workers`);

/** Such as "Ready on 3 workers" and "Behind on 1 worker", what works first. */
export const deliveryLines = ({ ready, behind, failed, offline }: Counts): [state: DeliveryState, words: string][] => {
  const lines: [DeliveryState, number, string][] = [
    ['ready', ready, `Ready on ${workers(ready)}`],
    ['behind', behind, `Behind on ${workers(behind)}`],
    ['failed', failed, `Failed on ${workers(failed)}`],
    ['offline', offline, `${workers(offline)} offline`],
  ];
  return lines.flatMap(([state, count, words]) => (count === 0 ? [] : [[state, words]]));
};

/** Whether it will soon be otherwise, so that it is worth asking again. */
export const isUnderWay = ({ behind, failed }: Counts): boolean => behind + failed > 0;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Such as "42 ms", "3.2 s" or "5 h". */
export const durationInWords = (milliseconds: number): string => {
  if (milliseconds < 1_000) return `${milliseconds} ms`;
  if (milliseconds < minute) return `${(milliseconds / 1_000).toFixed(1)} s`;
  if (milliseconds < hour) return `${Math.round(milliseconds / minute)} min`;
  return milliseconds < 2 * day ? `${Math.round(milliseconds / hour)} h` : `${Math.round(milliseconds / day)} days`;
};
