import { expect, type Page } from '@playwright/test';

interface Task {
  readonly name: string;
  /** clicks in the panel before these tasks were counted */
  readonly before: string;
  /** clicks at most */
  readonly most: number;
}

interface Counted extends Task {
  readonly clicks: number;
  readonly fields: number;
  readonly seconds: number;
}

const counted: Counted[] = [];

/**
 * Counts what a person does on a page. A click is a press on something: by the mouse, or by Enter or Space on what has the focus. A
 * choice from a native list is two. What is typed or pasted is counted by fields.
 */
export const tallyOf = async (page: Page) => {
  const sums = { clicks: 0, fields: 0 };
  await page.exposeFunction('noteClicks', (clicks: number) => (sums.clicks += clicks));
  await page.exposeFunction('noteField', () => (sums.fields += 1));
  await page.addInitScript(() => {
    const notes = globalThis as unknown as { noteClicks: (clicks: number) => void; noteField: () => void };
    const typedIn = new WeakSet<EventTarget>();
    const isText = (target: EventTarget | null) =>
      target instanceof HTMLTextAreaElement ||
      (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type));
    const options = { capture: true };
    document.addEventListener('pointerdown', ({ isTrusted }) => isTrusted && notes.noteClicks(1), options);
    document.addEventListener(
      'keydown',
      ({ key, target }) => {
        const presses = key === 'Enter' ? !(target instanceof HTMLTextAreaElement) : key === ' ' && !isText(target);
        if (presses) notes.noteClicks(1);
      },
      options,
    );
    document.addEventListener(
      'input',
      ({ target }) => {
        if (target instanceof HTMLSelectElement) return notes.noteClicks(2);
        if (target === null || !isText(target) || typedIn.has(target)) return;
        typedIn.add(target);
        notes.noteField();
      },
      options,
    );
  });
  /** Does a task, and holds it to its clicks. */
  const count = async (task: Task, work: () => Promise<void>): Promise<void> => {
    const [before, began] = [{ ...sums }, performance.now()];
    await work();
    const seconds = (performance.now() - began) / 1000;
    // the page has told of all that was done on it before it answers
    await page.evaluate(() => undefined);
    const done = { clicks: sums.clicks - before.clicks, fields: sums.fields - before.fields, seconds };
    counted.push({ ...task, ...done });
    expect(done.clicks, `clicks: ${task.name}`).toBeLessThanOrEqual(task.most);
  };
  return { count };
};

/** What was counted so far, as a table. */
export const printCounted = (): void => {
  const rows = counted.map(({ name, clicks, fields, seconds, before }) => [
    name,
    `${clicks}`,
    before,
    `${fields}`,
    seconds.toFixed(1),
  ]);
  const all = [['task', 'clicks', 'clicks before', 'fields typed', 'seconds'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  process.stdout.write(`\n${lines.join('\n')}\n`);
};
