/** How the connections of one backend are shared out. */
export interface Connections {
  /** for reads, and for what Prisma writes */
  readonly reads: number;
  /** for transactions */
  readonly writes: number;
}

/** For what a transaction waits for, such as the audit. */
export const sideConnections = 1;
/** The one that holds locks, and one that waits for a lock of another backend. */
const lockConnections = 2;
/** Says that a backend runs. */
const runningConnections = 1;

/** On which backends tell each other of changes. */
const noticeConnections = 1;

const besides = sideConnections + lockConnections + runningConnections + noticeConnections;

export const usualConnections = 10;
/** One for reads, and one for transactions. */
export const fewestConnections = besides + 2;

/** @param total of one backend at most, from `fewestConnections` */
export const connectionsWithin = (total: number): Connections => {
  const writes = Math.floor((total - besides) / 2);
  return { reads: total - besides - writes, writes };
};

export const totalOf = ({ reads, writes }: Connections): number => reads + writes + besides;
