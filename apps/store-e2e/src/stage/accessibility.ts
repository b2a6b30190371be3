import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export const expectAccessible = async (page: Page, what: string) => {
  // between two pages there is a moment without a title: Next.js sends the next one after the page
  await expect(page, what).toHaveTitle(/./);
  // what slides in is judged when it stands still; what turns for ever never does
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
        .map((animation) => animation.finished.catch(() => undefined)),
    ),
  );
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
  expect(found, what).toEqual([]);
};

/** Nothing is cut off at the right, once what slides away on a narrow screen has done so. */
export const expectFits = (page: Page, width: number, what: string) =>
  expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), what).toBeLessThanOrEqual(width);
