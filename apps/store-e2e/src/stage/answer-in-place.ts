import type { Page } from '@playwright/test';

/**
 * Answers these queries of the panel in place of the store, for states that would take a store of their own. By name of the procedure;
 * the others go through.
 */
export const answerInPlace = async (page: Page, answers: Readonly<Record<string, unknown>>): Promise<void> => {
  await page.route('**/api/trpc/**', async (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const names = decodeURIComponent(pathname.replace('/api/trpc/', '')).split(',');
    if (!names.some((name) => Object.hasOwn(answers, name))) return route.continue();
    const response = await route.fetch();
    const real: unknown = await response.json();
    const results = names.map((name, index) =>
      Object.hasOwn(answers, name) ? { result: { data: answers[name] } } : [real].flat()[index],
    );
    return route.fulfill({ status: 200, json: searchParams.has('batch') ? results : results[0] });
  });
};
