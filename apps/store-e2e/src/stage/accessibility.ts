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
  // the panel has no frames; to put the results of several together, each check would open a page of its own
  expect(page.frames(), what).toHaveLength(1);
  // a message may come or go meanwhile, and is judged by its contrast half-way: what is wrong stays wrong
  await expect.poll(() => violationsOf(page), what).toEqual([]);
};

const violationsOf = async (page: Page): Promise<readonly string[]> => {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
};

/** Nothing is cut off at the right, once what slides away on a narrow screen has done so. */
const expectFits = (page: Page, width: number, what: string) =>
  expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), what).toBeLessThanOrEqual(width);

const colorSchemes = ['light', 'dark'] as const;

/** The same page in each color scheme, which its style sheet alone decides. */
export const expectAccessibleInEachScheme = async (page: Page, what: string) => {
  for (const colorScheme of colorSchemes) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `${what}, ${colorScheme}`);
  }
};

export const wide = { width: 1280, height: 800 };

/** As it is, and on a narrow screen, where nothing may be cut off. */
export const expectAccessibleInBothWidths = async (page: Page, what: string) => {
  await expectAccessibleInEachScheme(page, what);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectFits(page, 360, what);
  await expectAccessibleInEachScheme(page, `${what}, narrow`);
};
