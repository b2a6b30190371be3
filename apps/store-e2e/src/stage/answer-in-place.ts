import type { Page } from '@playwright/test';

/**
 * Answers these queries of the panel in place of the store, for states that would take a store of their own. By name of the procedure;
 * a request with none of them goes through.
 */
export const answerInPlace = async (page: Page, answers: Readonly<Record<string, unknown>>): Promise<void> => {
  await page.route('**/api/trpc/**', async (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const names = decodeURIComponent(pathname.replace('/api/trpc/', '')).split(',');
    const missing = names.filter((name) => !Object.hasOwn(answers, name));
    if (missing.length === names.length) return route.continue();
    if (missing.length > 0) throw new Error(`there is no answer to ${missing.join(', ')}`);
    const results = names.map((name) => ({ result: { data: answers[name] } }));
    return route.fulfill({ status: 200, json: searchParams.has('batch') ? results : results[0] });
  });
};
