import { mkdir, readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { writeStateFile } from './write-state-file.ts';

const fileName = 'age-clock.json';
const bootFile = '/proc/sys/kernel/random/boot_id';

/** All in milliseconds. */
const SavedClock = z.object({
  time: z.number(),
  /** what the clocks of the machine said at that time */
  wall: z.number(),
  uptime: z.number(),
  /** the start of the machine that `uptime` counts from */
  boot: z.string(),
  /** see `AgeClock.heard`; null before the first signed time, and missing in older files */
  ahead: z.number().nullable().default(null),
});

export interface MachineClocks {
  /** as it is set, in milliseconds since 1970 */
  readonly wall: () => number;
  /** milliseconds since the machine started, also those in which it slept; nobody sets it */
  readonly uptime: () => number;
  /** another one after each start of the machine */
  readonly boot: string;
}

/**
 * The time by which a worker tells how old something is, in milliseconds. It never goes back, also not over restarts. While the machine runs, only its uptime counts: a clock that is set forward or back
 * changes nothing. For the time in which the machine was off, the clock's word counts, and one that was set back counts as no time. What
 * neither shows, such as the time in which a virtual machine was suspended, the times show that backends signed: it never stays behind
 * them.
 */
export class AgeClock {
  readonly #directory: string;
  readonly #clocks: MachineClocks;
  /** what is added to the uptime */
  #offset: number;
  #last: number;
  /** by how much the backends' clocks were ahead of this one when it first heard of them */
  #ahead: number | null;

  private constructor(directory: string, clocks: MachineClocks, time: number, ahead: number | null) {
    this.#directory = directory;
    this.#clocks = clocks;
    this.#offset = time - clocks.uptime();
    this.#last = time;
    this.#ahead = ahead;
  }

  static async open(directory: string, clocks: MachineClocks = machineClocks()): Promise<AgeClock> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const text = await readFile(path.join(directory, fileName), 'utf8').catch(() => null);
    const saved = text === null ? undefined : SavedClock.safeParse(parsed(text)).data;
    if (saved === undefined) return new AgeClock(directory, clocks, clocks.wall(), null);
    return new AgeClock(directory, clocks, saved.time + sinceSaved(saved, clocks), saved.ahead);
  }

  /**
   * A backend has just signed what time it is, in milliseconds since 1970. As much time has passed since the first such time as the
   * two differ, if not more: whether they agree with this machine's clock does not matter, and one that went back changes nothing.
   */
  heard(signed: number): void {
    this.#ahead ??= signed - this.now();
    const behind = signed - this.#ahead - this.now();
    if (behind > 0) this.#offset = this.#last + behind - this.#clocks.uptime();
  }

  now(): number {
    this.#last = Math.max(this.#last, this.#offset + this.#clocks.uptime());
    return this.#last;
  }

  /** On disk when this returns, so that the next process goes on from here. */
  write(): Promise<void> {
    const { wall, uptime: now, boot } = this.#clocks;
    const saved: z.infer<typeof SavedClock> = {
      time: this.now(),
      wall: wall(),
      uptime: now(),
      boot,
      ahead: this.#ahead,
    };
    return writeStateFile(this.#directory, fileName, JSON.stringify(saved));
  }
}

const sinceSaved = (saved: z.infer<typeof SavedClock>, { wall, uptime: now, boot }: MachineClocks): number =>
  saved.boot === boot && now() >= saved.uptime ? now() - saved.uptime : Math.max(0, wall() - saved.wall);

/** A file that is damaged counts as none: ages then begin with the clock's word. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const machineClocks = (): MachineClocks => ({ wall: Date.now, uptime: () => uptime() * 1000, boot: readBoot() });

/** Where the system does not tell, each process counts as a start of its own. */
const readBoot = (): string => {
  try {
    return readFileSync(bootFile, 'utf8').trim();
  } catch {
    return `process ${process.pid} ${performance.timeOrigin}`;
  }
};
