const slotMilliseconds = 15 * 60_000;
const dayMilliseconds = 24 * 60 * 60_000;

/** Of the quarter of an hour that a time is in. */
export const slotStart = (at: Date): Date => new Date(Math.floor(at.getTime() / slotMilliseconds) * slotMilliseconds);

/** The starts of those of the last 24 hours, the oldest first. */
export const slotsOfDay = (now: Date): Date[] => {
  const last = slotStart(now).getTime();
  return Array.from(
    { length: dayMilliseconds / slotMilliseconds },
    (_, index, count = dayMilliseconds / slotMilliseconds) => new Date(last - (count - 1 - index) * slotMilliseconds),
  );
};
